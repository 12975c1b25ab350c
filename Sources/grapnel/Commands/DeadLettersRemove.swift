import ArgumentParser
import GrapnelClient
import Model

/// `grapnel dead-letters rm`.
struct DeadLettersRemove: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Forget a dead letter. The traces of its runs stay.")

  @Argument(help: "The letter's id, which is that of its last run.")
  var id: ID<Run>

  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    try await connection.connect().removeDeadLetter(id)
    if !isJSON { CommandContext.current.console.printError("dead letter \(id) is removed") }
  }
}
