import ArgumentParser
import GrapnelClient
import Model

/// `grapnel instances ls`.
struct InstancesList: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls", abstract: "List the instances that your key may see.")

  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let client = try connection.connect()
    let page = try await client.all { try await client.instances(limit: 1000, cursor: $0) }
    context.console.print(
      isJSON ? JSONText.pretty(page) : Self.table(page.items, context.console, now: context.clock.now))
  }

  static func table(_ instances: [InstanceResource], _ console: Console, now: Timestamp) -> String {
    var table = Table("NAME", "SERIAL", "MADE", "DESCRIPTION")
    for instance in instances {
      table.append(
        .init(instance.name), .init(String(instance.serial)), .init(Measure.age(instance.createdAt, now: now)),
        .init(instance.description))
    }
    return table.text(console, empty: "no instances")
  }
}
