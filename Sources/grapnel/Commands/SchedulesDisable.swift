import ArgumentParser
import GrapnelClient
import Model

/// `grapnel schedules disable`.
struct SchedulesDisable: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable", abstract: "Let a schedule rest until it is enabled again.",
    discussion: """
      Runs that go on are not touched, and traces stay. A schedule of a hook.yaml stays disabled when the hook is deployed again.
      """)

  @Argument(help: ScheduleReference.help)
  var schedule: ScheduleReference

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let client = try connection.connect(instance: scope.instance)
    let schedule = try await client.update(schedule: try await schedule.resolve(client), enabled: false)
    context.console.print(
      isJSON ? JSONText.pretty(schedule) : ScheduleText.line(schedule, now: context.clock.now))
  }
}
