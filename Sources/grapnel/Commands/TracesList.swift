import ArgumentParser
import GrapnelClient
import Model

/// `grapnel traces ls`.
struct TracesList: ReportingCommand {
  static let configuration = CommandConfiguration(commandName: "ls", abstract: "List runs, newest first.")

  @Option(help: ArgumentHelp("Only runs of this hook.", valueName: "name"))
  var hook: String?

  @Option(help: "Only runs with this status.")
  var status: RunStatus?

  @Option(help: ArgumentHelp("Only runs of this schedule: HOOK/NAME, or its id.", valueName: "schedule"))
  var schedule: ScheduleReference?

  @Option(help: ArgumentHelp("Only runs of this trigger: HOOK/NAME, or its id.", valueName: "trigger"))
  var trigger: TriggerReference?

  @Option(
    help: ArgumentHelp(
      "Only runs since then: a time such as 2026-11-21T11:00:00Z, or how long ago, such as 2h.",
      valueName: "time"),
    transform: { try Moment.parse($0, option: "--since", sign: -1) })
  var since: Timestamp?

  @Option(help: ArgumentHelp("At most that many, from 1 to 10000.", valueName: "number"))
  var limit = 20

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func validate() throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 10000") }
  }

  func run() async throws {
    let context = CommandContext.current
    let client = try connection.connect(instance: scope.instance)
    let schedule = try await schedule?.resolve(client)
    let trigger = try await trigger?.resolve(client)
    let page = try await Page.collecting(limit) { limit, cursor in
      try await client.traces(
        TraceQuery(
          hook: hook, status: status, schedule: schedule, trigger: trigger, since: since, limit: limit, cursor: cursor))
    }
    context.console.print(
      isJSON ? JSONText.pretty(page) : Self.table(page.items, context.console, now: context.clock.now))
  }

  static func table(_ runs: [TraceResource], _ console: Console, now: Timestamp) -> String {
    var table = Table("RUN", "HOOK", "STATUS", "CAUSE", "QUEUED", "TOOK", "REASON")
    for run in runs {
      table.append(
        .init(run.id.text), .init(run.hook ?? "-"), .init(run.status.rawValue, Colour(run.status)),
        .init(run.cause.kind.rawValue), .init(Measure.age(run.queuedAt, now: now)),
        .init(run.durationMilliseconds.map(Measure.milliseconds) ?? "-"), .init(run.failure?.message ?? ""))
    }
    return table.text(console, empty: "no runs")
  }
}
