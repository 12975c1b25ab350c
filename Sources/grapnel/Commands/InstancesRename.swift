import ArgumentParser
import GrapnelClient
import Model

/// `grapnel instances rename`.
struct InstancesRename: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename", abstract: "Give an instance another name.",
    discussion: """
      Its hooks answer at the new name from then on, and nowhere else; all that it has stays with it, its keys too. \
      main keeps its name, and so does an instance that the server's configuration names.
      """)

  @Argument(help: "The instance's name.")
  var name: String

  @Argument(help: "Its new name.")
  var newName: String

  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let console = CommandContext.current.console
    let renamed = try await connection.connect().renameInstance(named: name, to: newName)
    console.print(isJSON ? JSONText.pretty(renamed) : "\(name) is \(renamed.name) now")
  }
}
