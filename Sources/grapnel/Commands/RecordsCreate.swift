import ArgumentParser
import GrapnelClient
import Model

/// `grapnel records create`.
struct RecordsCreate: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a record; without an id in it, the server gives it one.")

  @Argument(help: ArgumentHelp("The class.", valueName: "class"))
  var recordClass: String

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
    let record = try await connection.connect().createRecord(data, of: recordClass, in: scope.bucket)
    context.console.print(isJSON ? JSONText.pretty(record) : RecordText.id(record))
  }
}
