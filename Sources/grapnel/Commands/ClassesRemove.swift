import ArgumentParser
import GrapnelClient
import Model

/// `grapnel classes rm`.
struct ClassesRemove: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Remove a class with all of its records.")

  @Argument(help: ArgumentHelp("The class.", valueName: "class"))
  var recordClass: String

  @OptionGroup var scope: BucketOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    try await connection.connect().removeClass(recordClass, in: scope.bucket)
    if !isJSON { CommandContext.current.console.printError("class \(recordClass) is removed") }
  }
}
