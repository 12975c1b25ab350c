import ArgumentParser
import GrapnelClient
import Model

/// `grapnel traces cancel`.
struct TracesCancel: ReportingCommand {
  static let configuration = CommandConfiguration(commandName: "cancel", abstract: "End a run that has not ended yet.")

  @Argument(help: "The run's id.")
  var id: ID<Run>

  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let console = CommandContext.current.console
    let run = try await connection.connect().cancel(id)
    console.print(isJSON ? JSONText.pretty(run) : "\(run.id) \(console.paint(run.status.rawValue, Colour(run.status)))")
  }
}
