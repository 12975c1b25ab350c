import CoreMetrics

/// Counts what becomes of changes and events that triggers look for, for whoever scrapes the metrics.
struct TriggerMeters: Sendable {
  enum Outcome: String, CaseIterable {
    case queued, blocked, stopped
    /// Of triggers that run before a change, what has become of that.
    case approved, changed, refused, failed
  }

  private let counters: [Outcome: Counter]

  init(_ factory: any MetricsFactory) {
    counters = Dictionary(
      uniqueKeysWithValues: Outcome.allCases.map { outcome in
        (
          outcome,
          Counter(
            label: "grapnel_trigger_runs_total", dimensions: [("outcome", outcome.rawValue)], factory: factory)
        )
      })
  }

  func count(_ outcome: Outcome) {
    counters[outcome]?.increment()
  }
}
