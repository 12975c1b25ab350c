import CoreMetrics
import Synchronization

/// Counts values by size. Durations are kept in seconds.
final class MetricHistogram: RecorderHandler, TimerHandler {
  struct Counts {
    /// One for each bound, and one for what is larger.
    var buckets: [Int64]
    var sum = 0.0
  }

  let bounds: [Double]
  private let state: Mutex<Counts>

  init(bounds: [Double]) {
    self.bounds = bounds
    state = Mutex(Counts(buckets: Array(repeating: 0, count: bounds.count + 1)))
  }

  var counts: Counts { state.withLock { $0 } }

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    let index = bounds.firstIndex { value <= $0 } ?? bounds.count
    state.withLock { counts in
      counts.buckets[index] += 1
      counts.sum += value
    }
  }

  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }
}
