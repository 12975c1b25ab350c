import CoreMetrics
import Synchronization

/// Counts in millionths, so that whole numbers and seconds of processor time add up without a lock.
final class MetricCounter: CounterHandler, FloatingPointCounterHandler {
  private let millionths = Atomic<Int64>(0)

  var value: Double { Double(millionths.load(ordering: .relaxed)) / 1_000_000 }

  func increment(by amount: Int64) { millionths.wrappingAdd(amount &* 1_000_000, ordering: .relaxed) }

  func increment(by amount: Double) {
    millionths.wrappingAdd(Int64((amount * 1_000_000).rounded()), ordering: .relaxed)
  }

  func reset() { millionths.store(0, ordering: .relaxed) }
}
