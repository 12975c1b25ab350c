import ArgumentParser
import GrapnelClient
import Model

/// `grapnel hooks enable`.
struct HooksEnable: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "enable", abstract: "Let a disabled hook answer again.")

  @Argument(help: "The hook's name.")
  var hook: String

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let console = CommandContext.current.console
    let hook = try await connection.connect(instance: scope.instance).update(hook: hook, enabled: true)
    console.print(isJSON ? JSONText.pretty(hook) : "\(hook.name): enabled")
  }
}
