import ArgumentParser
import GrapnelClient
import Model

/// `grapnel hooks rollback`.
struct HooksRollback: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "Make an earlier version of a hook the active one.",
    discussion: """
      The version stays active until somebody deploys another one, or the hook's files in the server's folder of hooks \
      change.
      """)

  @Argument(help: "The hook's name.")
  var hook: String

  @Option(help: ArgumentHelp("The version; without it the one before the active one.", valueName: "number"))
  var to: Int64?

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func validate() throws {
    if let to, to < 1 { throw ValidationError("--to must be 1 or more") }
  }

  func run() async throws {
    let console = CommandContext.current.console
    let hook = try await connection.connect(instance: scope.instance).rollBack(hook: hook, to: to)
    guard !isJSON else { return console.print(JSONText.pretty(hook)) }
    console.print("\(hook.name): version \(hook.version) is active")
    if hook.inFolder {
      console.printError("it stays so until the hook's files in the server's folder of hooks change")
    }
  }
}
