import ArgumentParser
import GrapnelClient
import Model

/// `grapnel triggers show`.
struct TriggersShow: ReportingCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Show all about a trigger.")

  @Argument(help: TriggerReference.help)
  var trigger: TriggerReference

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let client = try connection.connect(instance: scope.instance)
    let trigger = try await client.trigger(try await trigger.resolve(client))
    context.console.print(
      isJSON ? JSONText.pretty(trigger) : TriggerText.describe(trigger, context.console, now: context.clock.now))
  }
}
