import ArgumentParser
import GrapnelClient
import Model

/// `grapnel triggers rm`.
struct TriggersRemove: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Remove a trigger that was made with `add`. The traces of its runs stay.",
    discussion:
      "One that a hook.yaml declares goes when the hook is deployed without it; `disable` stops it until then.")

  @Argument(help: TriggerReference.help)
  var trigger: TriggerReference

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let client = try connection.connect(instance: scope.instance)
    let id = try await trigger.resolve(client)
    try await client.removeTrigger(id)
    if !isJSON { CommandContext.current.console.printError("trigger \(id) is removed") }
  }
}
