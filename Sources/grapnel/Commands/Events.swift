import ArgumentParser

/// `grapnel events`.
struct Events: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read who changed what, oldest first, and record events of your own.",
    discussion: "Without a subcommand it lists: `grapnel events -f` is `grapnel events ls -f`.",
    subcommands: [EventsList.self, EventsEmit.self], defaultSubcommand: EventsList.self)
}
