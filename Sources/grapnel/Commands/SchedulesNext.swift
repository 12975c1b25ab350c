import ArgumentParser
import GrapnelClient
import Model

/// `grapnel schedules next`.
struct SchedulesNext: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "next", abstract: "Show when a schedule runs next, whether or not it is enabled.",
    discussion: "The times are those of the schedule's zone, jitter included.")

  @Argument(help: ScheduleReference.help)
  var schedule: ScheduleReference

  @Option(
    name: [.customShort("n"), .customLong("limit")],
    help: ArgumentHelp("How many, from 1 to 1000.", valueName: "number"))
  var limit = 5

  @Option(
    help: ArgumentHelp(
      "After that moment: a time such as 2026-12-24T18:00:00Z, or a span from now such as 30d.", valueName: "time"),
    transform: { try Moment.parse($0, option: "--after", sign: 1) })
  var after: Timestamp?

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func validate() throws {
    guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000") }
  }

  func run() async throws {
    let context = CommandContext.current
    let client = try connection.connect(instance: scope.instance)
    let page = try await client.slots(of: try await schedule.resolve(client), after: after, limit: limit)
    context.console.print(
      isJSON ? JSONText.pretty(page) : Self.table(page.items, context.console, now: context.clock.now))
  }

  static func table(_ slots: [ScheduleResource.Slot], _ console: Console, now: Timestamp) -> String {
    var table = Table("RUNS AT", "IN UTC", "FROM NOW")
    for slot in slots {
      table.append(
        .init(ScheduleText.local(slot)), .init(Measure.moment(slot.due)), .init(Measure.age(slot.due, now: now)))
    }
    return table.text(console, empty: "it does not run any more")
  }
}
