import ArgumentParser
import GrapnelClient
import Model

/// `grapnel records get`.
struct RecordsGet: ReportingCommand {
  static let configuration = CommandConfiguration(commandName: "get", abstract: "Print a record.")

  @Argument(help: ArgumentHelp("The class.", valueName: "class"))
  var recordClass: String

  @Argument(help: ArgumentHelp("The record's id.", valueName: "id"))
  var id: String

  @OptionGroup var scope: BucketOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let record = try await connection.connect().record(id, of: recordClass, in: scope.bucket)
    CommandContext.current.console.print(JSONText.pretty(record))
  }
}
