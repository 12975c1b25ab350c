import ArgumentParser
import GrapnelClient
import Model

/// `grapnel keys rm`.
struct KeysRemove: ReportingCommand {
  static let configuration = CommandConfiguration(commandName: "rm", abstract: "Take a key out of use at once.")

  @Argument(help: "The key's id.")
  var id: ID<Key>

  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    try await connection.connect().removeKey(id)
    if !isJSON { CommandContext.current.console.printError("key \(id) is removed") }
  }
}
