import ArgumentParser
import GrapnelClient
import Model

/// `grapnel schedules rm`.
struct SchedulesRemove: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Remove a schedule that was made with `add`. The traces of its runs stay.",
    discussion:
      "One that a hook.yaml declares goes when the hook is deployed without it; `disable` stops it until then.")

  @Argument(help: ScheduleReference.help)
  var schedule: ScheduleReference

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let client = try connection.connect(instance: scope.instance)
    let id = try await schedule.resolve(client)
    try await client.removeSchedule(id)
    if !isJSON { CommandContext.current.console.printError("schedule \(id) is removed") }
  }
}
