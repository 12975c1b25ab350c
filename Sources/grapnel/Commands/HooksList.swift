import ArgumentParser
import GrapnelClient
import Model

/// `grapnel hooks ls`.
struct HooksList: ReportingCommand {
  static let configuration = CommandConfiguration(commandName: "ls", abstract: "List the hooks of an instance.")

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let client = try connection.connect(instance: scope.instance)
    let page = try await client.all { try await client.hooks(limit: 1000, cursor: $0) }
    context.console.print(
      isJSON ? JSONText.pretty(page) : Self.table(page.items, context.console, now: context.clock.now))
  }

  static func table(_ hooks: [HookResource], _ console: Console, now: Timestamp) -> String {
    var table = Table("NAME", "RUNTIME", "VERSION", "ACCESS", "UPDATED", "DESCRIPTION")
    for hook in hooks {
      table.append(
        .init(hook.name), .init(hook.definition.runtime), .init(String(hook.version)),
        hook.enabled ? .init(Self.access(hook.definition.endpoint)) : .init("disabled", .yellow),
        .init(Measure.age(hook.updatedAt, now: now)), .init(hook.definition.description))
    }
    return table.text(console, empty: "no hooks yet; `grapnel new NAME --runtime python` makes one")
  }

  /// What a caller needs to be let in.
  static func access(_ endpoint: EndpointRule) -> String {
    if endpoint.signature != nil { return "signature" }
    return endpoint.isPublic ? "public" : "key"
  }
}
