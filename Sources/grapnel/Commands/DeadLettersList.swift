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
    let page = try await collect(connection.connect(instance: scope.instance))
    context.console.print(
      isJSON ? JSONText.pretty(page) : Self.table(page.items, context.console, now: context.clock.now))
  }

  /// Asks for pages until there are `limit` letters or no more.
  private func collect(_ client: Client) async throws -> Page<DeadLetterResource> {
    var letters: [DeadLetterResource] = []
    var cursor: String?
    repeat {
      let page = try await client.deadLetters(hook: hook, limit: min(limit - letters.count, 100), cursor: cursor)
      letters += page.items
      cursor = page.items.isEmpty ? nil : page.nextCursor
    } while cursor != nil && letters.count < limit
    return Page(items: letters, nextCursor: cursor)
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
