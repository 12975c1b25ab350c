import ArgumentParser
import GrapnelClient
import Model

/// `grapnel hooks disable`.
struct HooksDisable: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable", abstract: "Let a hook answer 503 until it is enabled again.",
    discussion: "Runs that go on or were accepted before are not touched: see `grapnel traces cancel`.")

  @Argument(help: "The hook's name.")
  var hook: String

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let console = CommandContext.current.console
    let hook = try await connection.connect(instance: scope.instance).update(hook: hook, enabled: false)
    console.print(isJSON ? JSONText.pretty(hook) : "\(hook.name): disabled")
  }
}
