import ArgumentParser
import GrapnelClient
import Model

/// `grapnel records watch`.
struct RecordsWatch: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Print what changes in a class as it changes, until interrupted.",
    discussion: "With --json it prints one record a line; of a deleted one its id and \"deleted\".")

  @Argument(help: ArgumentHelp("The class.", valueName: "class"))
  var recordClass: String

  @Option(
    help: ArgumentHelp(
      "Begin with what has changed after this last_modified; 0 begins with all records.", valueName: "milliseconds"))
  var since: Int64?

  @Option(help: ArgumentHelp("End after that many changes.", valueName: "number"))
  var limit: Int?

  @OptionGroup var scope: BucketOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func validate() throws {
    guard (since ?? 0) >= 0 else { throw ValidationError("--since is not negative") }
    guard (limit ?? 1) > 0 else { throw ValidationError("--limit is at least 1") }
  }

  func run() async throws {
    let console = CommandContext.current.console
    let changes = try connection.connect().followRecords(of: recordClass, in: scope.bucket, after: since)
    var left = limit
    for try await record in changes {
      console.print(isJSON ? JSONText.line(record) : RecordText.line(record))
      left = left.map { $0 - 1 }
      if left == 0 { return }
    }
  }
}
