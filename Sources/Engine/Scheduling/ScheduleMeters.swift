import CoreMetrics
import Model
import Store

/// Counts what becomes of slots, for whoever scrapes the metrics.
struct ScheduleMeters: Sendable {
  private let fired: Counter
  private let skipped: Counter
  private let refused: Counter
  private let missed: Counter
  private let failures: Counter
  private let lateness: CoreMetrics.Timer

  init(_ factory: any MetricsFactory) {
    func slots(_ outcome: String) -> Counter {
      Counter(label: "grapnel_schedule_slots_total", dimensions: [("outcome", outcome)], factory: factory)
    }
    fired = slots("fired")
    skipped = slots("skipped")
    refused = slots("refused")
    missed = slots("missed")
    failures = Counter(label: "grapnel_schedule_claim_failures_total", factory: factory)
    lateness = CoreMetrics.Timer(label: "grapnel_schedule_lateness_seconds", factory: factory)
  }

  /// - Parameter late: from the moment at which the slot was due until its run was on the disk; negative for a run that is
  ///   stored ahead, whose start is noted by itself.
  func count(_ outcome: SlotClaimResult.Outcome, late: Duration) {
    switch outcome {
    case .stored:
      fired.increment()
      if late >= .zero { noteStart(late: late) }
    case .skipped: skipped.increment()
    case .refused: refused.increment()
    case .waiting, .taken: break
    }
  }

  /// - Parameter late: from the moment at which a slot was due until its run could start.
  func noteStart(late: Duration) { lateness.recordMicroseconds(max(0, late.wholeMicroseconds)) }

  func count(missed count: Int64) {
    if count > 0 { missed.increment(by: count) }
  }

  func countClaimFailure() {
    failures.increment()
  }
}
