import ArgumentParser
import GrapnelClient
import Model

/// `grapnel instances rm`.
struct InstancesRemove: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Remove an instance with all that it has.",
    discussion: """
      Its runs are ended, its keys work no more, and its hooks, traces, logs, events and variables are deleted, which \
      may take minutes for large ones. Nothing brings them back. main stays, and so does an instance that the server's \
      configuration names.
      """)

  @Argument(help: "The instance's name.")
  var name: String

  @Flag(name: .customLong("yes"), help: "Do it; without this nothing is done.")
  var isConfirmed = false

  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func validate() throws {
    guard isConfirmed else {
      throw ValidationError("this deletes all that the instance \(name) has; say --yes to do it")
    }
  }

  func run() async throws {
    try await connection.connect().removeInstance(named: name)
    if !isJSON { CommandContext.current.console.printError("instance \(name) is removed") }
  }
}
