import ArgumentParser
import GrapnelClient
import Model

/// `grapnel metrics`.
struct Metrics: ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how many runs there were, how they ended and how long they took.",
    discussion: "The figures are counted by the minute; those of the last minute may still be missing.")

  @Argument(help: ArgumentHelp("Only this hook.", valueName: "hook"))
  var hook: String?

  @Option(
    help: ArgumentHelp(
      "From then on: a time such as 2026-11-21T11:00:00Z, or how long ago, such as 2h.", valueName: "time"),
    transform: { try Moment.parse($0, option: "--since", sign: -1) })
  var since: Timestamp?

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  /// How many steps the line of runs is made of.
  private static let mostSteps: Int64 = 30

  func run() async throws {
    let context = CommandContext.current
    let now = context.clock.now
    let start = since ?? now + .seconds(-3600)
    let step = Self.step(from: start, to: now)
    let client = try connection.connect(instance: scope.instance)
    let page = try await client.all { cursor in
      try await client.metrics(MetricQuery(hook: hook, since: start, step: step, limit: 1000, cursor: cursor))
    }
    context.console.print(
      isJSON ? JSONText.pretty(page) : Self.table(page.items, from: start, to: now, step: step, context.console))
  }

  /// Whole minutes, so that there are at most `mostSteps`.
  static func step(from start: Timestamp, to end: Timestamp) -> Duration {
    let minutes = max(0, (end - start).wholeMicroseconds / RunPeriod.shortest.wholeMicroseconds)
    return .seconds(60 * max(1, (minutes + mostSteps - 1) / mostSteps))
  }

  static func table(
    _ items: [MetricResource], from start: Timestamp, to end: Timestamp, step: Duration, _ console: Console
  ) -> String {
    var table = Table("HOOK", "RUNS", "FAILED", "P50", "P95", "P99", "LONGEST", "CPU", "RUNS OVER TIME")
    let byHook = Dictionary(grouping: items, by: \.hook)
    for (hook, items) in byHook.sorted(by: { $0.key < $1.key }) {
      var figures = RunFigures()
      for item in items { figures.add(item.figures) }
      let quantile = { (share: Double) in
        figures.durations.quantile(share, longest: figures.longestDuration).map {
          Measure.milliseconds($0.inSeconds * 1000)
        } ?? "-"
      }
      table.append(
        .init(hook.isEmpty ? "-" : hook), .init(String(figures.runs)),
        .init(String(figures.failures), figures.failures > 0 ? .red : nil), .init(quantile(0.5)),
        .init(quantile(0.95)), .init(quantile(0.99)),
        .init(figures.durations.total == 0 ? "-" : Measure.milliseconds(figures.longestDuration.inSeconds * 1000)),
        .init(Measure.milliseconds(Double(figures.cpuMicroseconds) / 1000)),
        .init(line(items, from: start, to: end, step: step)))
    }
    return table.text(console, empty: "no runs since \(Measure.moment(start)); runs are added once a minute")
  }

  /// One character a step, from the first to now: how many runs it had, against the step with the most.
  private static func line(
    _ items: [MetricResource], from start: Timestamp, to end: Timestamp, step: Duration
  ) -> String {
    let length = step.wholeMicroseconds
    let first = (start.microseconds + length - 1) / length
    let steps = Int(max(1, min(2 * mostSteps, end.microseconds / length - first + 1)))
    var counts = Array(repeating: Int64(0), count: steps)
    for item in items {
      let index = Int(item.time.microseconds / length - first)
      if counts.indices.contains(index) { counts[index] += item.runs }
    }
    let bars = Array("▁▂▃▄▅▆▇█")
    let most = max(1, counts.max() ?? 1)
    return String(
      counts.map { $0 == 0 ? " " : bars[Int(($0 * Int64(bars.count) - 1) / most).clamped(to: bars.indices)] })
  }
}

extension Int {
  fileprivate func clamped(to range: Range<Int>) -> Int {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound - 1)
  }
}
