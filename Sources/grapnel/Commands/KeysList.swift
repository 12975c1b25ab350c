import ArgumentParser
import GrapnelClient
import Model

/// `grapnel keys ls`.
struct KeysList: ReportingCommand {
  static let configuration = CommandConfiguration(commandName: "ls", abstract: "List the keys, without their secrets.")

  @Option(help: ArgumentHelp("The instance; without it, all keys that yours may see.", valueName: "name"))
  var instance: String?

  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let client = try connection.connect()
    let page = try await client.all { try await client.keys(instance: instance, limit: 1000, cursor: $0) }
    context.console.print(
      isJSON ? JSONText.pretty(page) : Self.table(page.items, context.console, now: context.clock.now))
  }

  static func table(_ keys: [KeyResource], _ console: Console, now: Timestamp) -> String {
    var table = Table("KEY", "NAME", "ROLE", "INSTANCE", "BEGINS", "MADE", "EXPIRES")
    for key in keys {
      let isOver = key.expiresAt.map { $0 <= now } ?? false
      table.append(
        .init(key.id.text), .init(key.name), .init(key.role.rawValue), .init(key.instance ?? "(all)"),
        .init(key.prefix), .init(Measure.age(key.createdAt, now: now)),
        .init(key.expiresAt.map { Measure.age($0, now: now) } ?? "never", isOver ? .red : nil))
    }
    return table.text(console, empty: "no keys")
  }
}
