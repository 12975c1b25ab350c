import ArgumentParser
import GrapnelClient
import Model

/// `grapnel events ls`.
struct EventsList: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls", abstract: "Read who changed what, oldest first.",
    discussion: "With --json it prints one page; with --json and -f one event a line.")

  @Flag(name: [.customShort("f"), .long], help: "Go on with events as they come, until interrupted.")
  var follow = false

  @Option(help: ArgumentHelp("Only events of this kind, such as hook.deployed, or hook for all of hooks."))
  var kind: String?

  @Flag(help: "The events of the whole host, such as those of its keys; needs a key of the host.")
  var host = false

  @Option(help: ArgumentHelp("Begin with at most that many of the newest, from 0 to 1000.", valueName: "number"))
  var limit = 100

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func validate() throws {
    guard (0...1000).contains(limit) else { throw ValidationError("--limit must be from 0 to 1000") }
  }

  func run() async throws {
    let console = CommandContext.current.console
    let client = try connection.connect(instance: scope.instance)
    var query = EventQuery(isHost: host, kind: kind, limit: max(limit, 1))
    let page = try await client.events(query)
    let shown = limit == 0 ? [] : page.items
    if isJSON && !follow {
      return console.print(JSONText.pretty(Page(items: shown, nextCursor: page.nextCursor)))
    }
    for event in shown { console.print(line(event)) }
    guard follow else { return }
    query.after = page.items.last?.sequence ?? 0
    for try await event in client.followEvents(query) { console.print(line(event)) }
  }

  private func line(_ event: EventResource) -> String {
    guard !isJSON else { return JSONText.line(event) }
    let data = (event.data.objectValue ?? [:]).sorted { $0.key < $1.key }.map { name, value in
      "\(name)=\(value.stringValue ?? value.serialized)"
    }
    let words = [event.kind, event.subject ?? "-", "by \(event.actor)"] + data
    return "\(Measure.moment(event.time)) " + TerminalText.escape(words.joined(separator: " "))
  }
}
