import ArgumentParser
import GrapnelClient
import Model

/// `grapnel dead-letters ls`.
struct DeadLettersList: ReportingCommand {
  static let configuration = CommandConfiguration(commandName: "ls", abstract: "List dead letters, newest first.")

  @Option(help: ArgumentHelp("Only those of this hook.", valueName: "name"))
  var hook: String?

  @Option(help: ArgumentHelp("At most that many, from 1 to 10000.", valueName: "number"))
  var limit = 20

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func validate() throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 10000") }
  }

  func run() async throws {
    let context = CommandContext.current
    let client = try connection.connect(instance: scope.instance)
    let page = try await Page.collecting(limit) { limit, cursor in
      try await client.deadLetters(hook: hook, limit: limit, cursor: cursor)
    }
    context.console.print(
      isJSON ? JSONText.pretty(page) : Self.table(page.items, context.console, now: context.clock.now))
  }

  static func table(_ letters: [DeadLetterResource], _ console: Console, now: Timestamp) -> String {
    var table = Table("LETTER", "HOOK", "STATUS", "ATTEMPTS", "DIED", "REASON")
    for letter in letters {
      table.append(
        .init(letter.id.text), .init(letter.hook ?? "-"), .init(letter.status.rawValue, Colour(letter.status)),
        .init(String(letter.attempts)), .init(Measure.age(letter.diedAt, now: now)),
        .init(letter.failure?.message ?? ""))
    }
    return table.text(console, empty: "no dead letters")
  }
}
