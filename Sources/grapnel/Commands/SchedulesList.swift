import ArgumentParser
import GrapnelClient
import Model

/// `grapnel schedules ls`.
struct SchedulesList: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls", abstract: "List schedules: when they run next, and how they fare.",
    discussion: "Times of the day are those of the schedule's zone.")

  @Option(help: ArgumentHelp("Only those of this hook.", valueName: "name"))
  var hook: String?

  @Flag(help: "Only those that are silent: due for longer than their tolerance, and without a run.")
  var silent = false

  @Flag(help: "Only those that are disabled.")
  var disabled = false

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let client = try connection.connect(instance: scope.instance)
    let page = try await client.all { cursor in
      try await client.schedules(
        ScheduleQuery(
          hook: hook, isEnabled: disabled ? false : nil, isSilent: silent ? true : nil, limit: 1000, cursor: cursor))
    }
    context.console.print(
      isJSON ? JSONText.pretty(page) : Self.table(page.items, context.console, now: context.clock.now, empty: empty))
  }

  private var empty: String {
    if silent { return "no schedule is silent" }
    if disabled { return "no schedule is disabled" }
    return "no schedules; `grapnel schedules add HOOK --every 10s` makes one"
  }

  static func table(
    _ schedules: [ScheduleResource], _ console: Console, now: Timestamp, empty: String
  ) -> String {
    var table = Table("SCHEDULE", "WHEN", "NEXT", "LAST", "NOTES")
    let sorted = schedules.sorted { ($0.hook, $0.name) < ($1.hook, $1.name) }
    for schedule in sorted {
      let (notes, colour) = ScheduleText.notes(schedule, now: now)
      let last = schedule.state.lastSlot.map { Measure.age($0, now: now) } ?? "-"
      let status = schedule.state.lastStatus
      table.append(
        .init("\(schedule.hook)/\(schedule.name)"), .init(schedule.words), .init(ScheduleText.next(schedule, now: now)),
        .init((status.map { "\($0.rawValue) " } ?? "") + last, status.map { Colour($0) }), .init(notes, colour))
    }
    return table.text(console, empty: empty)
  }
}
