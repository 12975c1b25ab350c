import ArgumentParser
import GrapnelClient
import Model

/// `grapnel hooks rm`.
struct HooksRemove: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Remove a hook; its traces and logs stay.",
    discussion: """
      Runs that go on or were accepted before are not touched. A hook of which the server's folder of hooks has files \
      stays removed until they change.
      """)

  @Argument(help: "The hook's name.")
  var hook: String

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let console = CommandContext.current.console
    let removal = try await connection.connect(instance: scope.instance).removeHook(named: hook)
    guard !isJSON else { return console.print(JSONText.pretty(removal)) }
    console.printError("hook \(removal.name) is removed")
    if removal.inFolder {
      console.printError("its files are still in the server's folder of hooks; a change of them brings it back")
    }
  }
}
