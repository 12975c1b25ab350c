import ArgumentParser
import GrapnelClient
import Model

/// `grapnel classes show`.
struct ClassesShow: ReportingCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Show what a class declares.")

  @Argument(help: ArgumentHelp("The class.", valueName: "class"))
  var recordClass: String

  @OptionGroup var scope: BucketOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let console = CommandContext.current.console
    let data = try await connection.connect().recordClass(recordClass, in: scope.bucket)
    console.print(isJSON ? JSONText.pretty(data) : ClassText.describe(data, console))
  }
}
