import ArgumentParser
import GrapnelClient
import Model

/// `grapnel logs`.
struct Logs: ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read what the hooks logged, oldest first.",
    discussion: "With --json it prints one page; with --json and -f one message a line.")

  @Argument(help: "Only messages of this hook.")
  var hook: String?

  @Flag(name: [.customShort("f"), .long], help: "Go on with messages as they are written, until interrupted.")
  var follow = false

  @Option(name: .customLong("run"), help: ArgumentHelp("Only messages of this run.", valueName: "id"))
  var runID: ID<Run>?

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
    var query = LogQuery(hook: hook, run: runID, limit: max(limit, 1))
    let page = try await client.logs(query)
    let shown = limit == 0 ? [] : page.items
    if isJSON && !follow {
      return console.print(JSONText.pretty(Page(items: shown, nextCursor: page.nextCursor)))
    }
    for message in shown { console.print(line(message, console)) }
    guard follow else { return }
    query.after = page.items.last?.sequence ?? 0
    for try await message in client.followLogs(query) { console.print(line(message, console)) }
  }

  private func line(_ message: LogResource, _ console: Console) -> String {
    isJSON ? JSONText.line(message) : LogText.line(message, console)
  }
}
