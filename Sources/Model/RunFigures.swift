/// What some runs came to, all together: how they ended, how long they took, what they used.
public struct RunFigures: Hashable, Sendable {
  /// How many ended in each status.
  public var counts: [RunStatus: Int64] = [:]
  /// From start to end.
  public var durations = DurationHistogram()
  public var totalDuration = Duration.zero
  public var longestDuration = Duration.zero
  /// From being queued to the start.
  public var totalWait = Duration.zero
  public var longestWait = Duration.zero
  public var cpuMicroseconds: Int64 = 0
  /// The largest peak of one run.
  public var peakMemoryBytes: Int64 = 0

  public init() {}

  public var runs: Int64 { counts.values.reduce(0, +) }

  /// Runs that did not succeed.
  public var failures: Int64 { runs - counts[.succeeded, default: 0] }

  /// Adds a run that has ended. One that never started has no duration.
  public mutating func add(_ run: Run) {
    counts[run.status, default: 0] += 1
    cpuMicroseconds += run.use.cpuMicroseconds
    peakMemoryBytes = max(peakMemoryBytes, run.use.peakMemoryBytes)
    guard let start = run.startedAt, let end = run.endedAt else { return }
    let duration = max(end - start, .zero)
    durations.add(duration)
    totalDuration += duration
    longestDuration = max(longestDuration, duration)
    let wait = max(start - run.queuedAt, .zero)
    totalWait += wait
    longestWait = max(longestWait, wait)
  }

  public mutating func add(_ other: RunFigures) {
    counts.merge(other.counts, uniquingKeysWith: +)
    durations.add(other.durations)
    totalDuration += other.totalDuration
    longestDuration = max(longestDuration, other.longestDuration)
    totalWait += other.totalWait
    longestWait = max(longestWait, other.longestWait)
    cpuMicroseconds += other.cpuMicroseconds
    peakMemoryBytes = max(peakMemoryBytes, other.peakMemoryBytes)
  }
}
