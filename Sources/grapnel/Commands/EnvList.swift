import ArgumentParser
import GrapnelClient
import Model

/// `grapnel env ls`.
struct EnvList: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls", abstract: "List variables, configuration values and secrets; the latter without their values.")

  @Option(help: ArgumentHelp("Those of one hook alone; without it, those of the instance.", valueName: "name"))
  var hook: String?

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let client = try connection.connect(instance: scope.instance)
    let page = try await client.all { try await client.variables(hook: hook, limit: 1000, cursor: $0) }
    context.console.print(
      isJSON ? JSONText.pretty(page) : Self.table(page.items, context.console, now: context.clock.now))
  }

  static func table(_ variables: [VariableResource], _ console: Console, now: Timestamp) -> String {
    var table = Table("NAME", "KIND", "SET", "VALUE")
    for variable in variables {
      let value = variable.value.map { $0.stringValue ?? $0.serialized } ?? ""
      table.append(
        .init(variable.name), .init(variable.secret ? "secret" : variable.kind),
        .init(Measure.age(variable.updatedAt, now: now)),
        variable.secret ? .init("(sealed)", .yellow) : .init(value.count > 80 ? value.prefix(79) + "…" : value))
    }
    return table.text(console, empty: "no variables; `grapnel env set NAME=VALUE` makes one")
  }
}
