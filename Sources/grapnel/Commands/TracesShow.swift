import ArgumentParser
import GrapnelClient
import Model

/// `grapnel traces show`.
struct TracesShow: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one run: times, what it used, what it took in and gave out.")

  @Argument(help: "The run's id.")
  var id: ID<Run>

  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let run = try await connection.connect().trace(id)
    context.console.print(
      isJSON ? JSONText.pretty(run) : TraceText.describe(run, context.console, now: context.clock.now))
  }
}
