import ArgumentParser
import GrapnelClient
import Model

/// `grapnel hooks rename`.
struct HooksRename: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename", abstract: "Give a hook another name.",
    discussion: """
      Its id, versions, traces and logs stay with it, and runs that go on are not touched. If the server's folder of \
      hooks has files under the old name, rename them too: a later change of them makes a new hook of that name.
      """)

  @Argument(help: "The hook's name.")
  var hook: String

  @Argument(help: "Its new name.")
  var newName: String

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let console = CommandContext.current.console
    let renamed = try await connection.connect(instance: scope.instance).update(hook: hook, newName: newName)
    console.print(isJSON ? JSONText.pretty(renamed) : "\(hook) is \(renamed.name) now")
  }
}
