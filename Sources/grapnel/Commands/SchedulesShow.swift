import ArgumentParser
import GrapnelClient
import Model

/// `grapnel schedules show`.
struct SchedulesShow: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one schedule: its rules, and how far it has come.")

  @Argument(help: ScheduleReference.help)
  var schedule: ScheduleReference

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let client = try connection.connect(instance: scope.instance)
    let schedule = try await client.schedule(try await schedule.resolve(client))
    context.console.print(
      isJSON ? JSONText.pretty(schedule) : ScheduleText.describe(schedule, context.console, now: context.clock.now))
  }
}
