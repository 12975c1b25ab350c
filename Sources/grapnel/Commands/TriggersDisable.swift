import ArgumentParser
import GrapnelClient
import Model

/// `grapnel triggers disable`.
struct TriggersDisable: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable", abstract: "Let a trigger start nothing until it is enabled again.",
    discussion: """
      Runs that wait or go on are not touched. A trigger of a hook.yaml stays disabled when the hook is deployed again.
      """)

  @Argument(help: TriggerReference.help)
  var trigger: TriggerReference

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let client = try connection.connect(instance: scope.instance)
    let trigger = try await client.update(trigger: try await trigger.resolve(client), enabled: false)
    context.console.print(isJSON ? JSONText.pretty(trigger) : TriggerText.line(trigger))
  }
}
