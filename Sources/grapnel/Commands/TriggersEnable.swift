import ArgumentParser
import GrapnelClient
import Model

/// `grapnel triggers enable`.
struct TriggersEnable: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "enable", abstract: "Let a disabled trigger start runs again.",
    discussion: """
      What happened while it was disabled starts none.
      """)

  @Argument(help: TriggerReference.help)
  var trigger: TriggerReference

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let client = try connection.connect(instance: scope.instance)
    let trigger = try await client.update(trigger: try await trigger.resolve(client), enabled: true)
    context.console.print(isJSON ? JSONText.pretty(trigger) : TriggerText.line(trigger))
  }
}
