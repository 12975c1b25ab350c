import ArgumentParser
import GrapnelClient
import Model

/// `grapnel schedules enable`.
struct SchedulesEnable: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "enable", abstract: "Let a disabled schedule run again, from its next slot on.",
    discussion: """
      Its failures in a row are forgotten. Slots that came while it was disabled are not made up for.
      """)

  @Argument(help: ScheduleReference.help)
  var schedule: ScheduleReference

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let client = try connection.connect(instance: scope.instance)
    let schedule = try await client.update(schedule: try await schedule.resolve(client), enabled: true)
    context.console.print(
      isJSON ? JSONText.pretty(schedule) : ScheduleText.line(schedule, now: context.clock.now))
  }
}
