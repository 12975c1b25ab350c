import ArgumentParser
import GrapnelClient
import Model

/// `grapnel records rm`.
struct RecordsRemove: ReportingCommand {
  static let configuration = CommandConfiguration(commandName: "rm", abstract: "Delete a record.")

  @Argument(help: ArgumentHelp("The class.", valueName: "class"))
  var recordClass: String

  @Argument(help: ArgumentHelp("The record's id.", valueName: "id"))
  var id: String

  @OptionGroup var scope: BucketOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    try await connection.connect().removeRecord(id, of: recordClass, in: scope.bucket)
    if !isJSON { CommandContext.current.console.printError("record \(id) of \(recordClass) is deleted") }
  }
}
