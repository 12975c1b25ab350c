/// How many durations were how long: counts of those up to each of a few bounds, from which quantiles are estimated.
public struct DurationHistogram: Hashable, Sendable {
  /// The upper bounds of the buckets; one more bucket takes what is longer. They never change: counts are stored.
  public static let bounds: [Duration] = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000,
  ].map { .milliseconds($0) }

  /// One for each bound, and one for what is longer than all of them.
  public private(set) var counts: [Int64]

  public init() {
    counts = Array(repeating: 0, count: Self.bounds.count + 1)
  }

  /// - Parameter counts: as `counts` gave them; what is missing is 0.
  public init(counts: [Int64]) {
    self.init()
    for (index, count) in counts.prefix(self.counts.count).enumerated() { self.counts[index] = count }
  }

  /// How many durations there are.
  public var total: Int64 { counts.reduce(0, +) }

  public mutating func add(_ duration: Duration) {
    counts[Self.bounds.firstIndex { duration <= $0 } ?? Self.bounds.count] += 1
  }

  public mutating func add(_ other: DurationHistogram) {
    for index in counts.indices { counts[index] += other.counts[index] }
  }

  /// The duration that a share of all durations does not exceed, estimated by a straight line within its bucket; `nil`
  /// of nothing.
  ///
  /// - Parameters:
  ///   - share: 0 to 1, such as 0.95.
  ///   - longest: the longest duration of all, which no quantile exceeds.
  public func quantile(_ share: Double, longest: Duration) -> Duration? {
    let total = total
    guard total > 0 else { return nil }
    let rank = max(1, (share * Double(total)).rounded(.up))
    var below = 0.0
    for (index, count) in counts.enumerated() where count > 0 {
      guard below + Double(count) >= rank else {
        below += Double(count)
        continue
      }
      let low = index == 0 ? 0 : Self.bounds[index - 1].inSeconds
      let high = index < Self.bounds.count ? min(Self.bounds[index], longest).inSeconds : longest.inSeconds
      let seconds = low + (max(low, high) - low) * (rank - below) / Double(count)
      return min(.microseconds(Int64((seconds * 1_000_000).rounded())), longest)
    }
    return longest
  }
}
