import ArgumentParser
import GrapnelClient
import Model

/// `grapnel records patch`.
struct RecordsPatch: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "patch", abstract: "Change some members of a record; null removes one.")

  @Argument(help: ArgumentHelp("The class.", valueName: "class"))
  var recordClass: String

  @Argument(help: ArgumentHelp("The record's id.", valueName: "id"))
  var id: String

  @Option(
    name: [.short, .customLong("payload")],
    help: ArgumentHelp("An object: JSON, @FILE to read it from a file, or @- from standard input.", valueName: "json"))
  var data: String

  @OptionGroup var scope: BucketOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let data = try PayloadOption.read(data, option: "--payload", context)
    let record = try await connection.connect().patchRecord(id, data, of: recordClass, in: scope.bucket)
    context.console.print(JSONText.pretty(record))
  }
}
