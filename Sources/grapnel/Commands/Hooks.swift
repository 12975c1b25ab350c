import ArgumentParser

/// `grapnel hooks`.
struct Hooks: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "See the hooks that the server has.", subcommands: [HooksList.self, HooksShow.self])
}
