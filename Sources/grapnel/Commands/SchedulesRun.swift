import ArgumentParser
import GrapnelClient
import Model

/// `grapnel schedules run`.
struct SchedulesRun: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a schedule's hook now, with the schedule's payload.",
    discussion: """
      It prints the run's id as soon as the run is safely queued. No slot is used up, and the schedule may be disabled.
      """)

  @Argument(help: ScheduleReference.help)
  var schedule: ScheduleReference

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let client = try connection.connect(instance: scope.instance)
    let run = try await client.run(schedule: try await schedule.resolve(client))
    try await RunReport(isJSON: isJSON, isAsynchronous: true).print(run, of: client)
  }
}
