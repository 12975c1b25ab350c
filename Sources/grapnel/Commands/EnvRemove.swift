import ArgumentParser
import GrapnelClient
import Model

/// `grapnel env rm`.
struct EnvRemove: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Remove a variable, a configuration value or a secret.")

  @Argument(help: "Its name.")
  var name: String

  @Flag(help: "A key of the configuration instead of a variable.")
  var config = false

  @Option(help: ArgumentHelp("The hook that it is of; without it, the instance.", valueName: "name"))
  var hook: String?

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    try await connection.connect(instance: scope.instance).removeVariable(
      name, hook: hook, kind: config ? "config" : "env")
    if !isJSON { CommandContext.current.console.printError("\(name) is removed") }
  }
}
