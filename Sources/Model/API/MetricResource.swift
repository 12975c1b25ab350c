/// What the runs of one hook came to in one step of time, as the management API shows it.
public struct MetricResource: Hashable, Sendable, Codable {
  /// Spans in milliseconds.
  public struct Spans: Hashable, Sendable, Codable {
    public var total: Double
    public var longest: Double

    public init(total: Duration, longest: Duration) {
      self.total = total.milliseconds
      self.longest = longest.milliseconds
    }
  }

  /// How many runs took how long: those up to the bound and longer than the one before it.
  public struct Bucket: Hashable, Sendable, Codable {
    /// Missing for what is longer than every bound.
    public var upToMilliseconds: Int64?
    public var count: Int64

    public init(upToMilliseconds: Int64?, count: Int64) {
      self.upToMilliseconds = upToMilliseconds
      self.count = count
    }

    private enum CodingKeys: String, CodingKey {
      case upToMilliseconds = "up_to_ms"
      case count
    }
  }

  public var time: Timestamp
  public var hook: String
  public var runs: Int64
  /// By status; those without runs are missing.
  public var statuses: [String: Int64]
  public var duration: Spans
  /// Estimates, from the buckets; missing where no run was started.
  public var p50: Double?
  public var p95: Double?
  public var p99: Double?
  /// Those that are not empty.
  public var buckets: [Bucket]
  public var wait: Spans
  public var cpuMilliseconds: Double
  public var peakMemoryBytes: Int64

  public init(_ period: RunPeriod) {
    let figures = period.figures
    time = period.start
    hook = period.hookName
    runs = figures.runs
    statuses = Dictionary(
      uniqueKeysWithValues: figures.counts.filter { $0.value > 0 }.map { ($0.key.rawValue, $0.value) })
    duration = Spans(total: figures.totalDuration, longest: figures.longestDuration)
    let quantile = { figures.durations.quantile($0, longest: figures.longestDuration)?.milliseconds }
    p50 = quantile(0.5)
    p95 = quantile(0.95)
    p99 = quantile(0.99)
    buckets = figures.durations.counts.enumerated().compactMap { index, count in
      let bounds = DurationHistogram.bounds
      return count == 0
        ? nil : Bucket(upToMilliseconds: index < bounds.count ? bounds[index].wholeMilliseconds : nil, count: count)
    }
    wait = Spans(total: figures.totalWait, longest: figures.longestWait)
    cpuMilliseconds = Double(figures.cpuMicroseconds) / 1000
    peakMemoryBytes = figures.peakMemoryBytes
  }

  /// The same as figures, to be added to others.
  public var figures: RunFigures {
    var figures = RunFigures()
    for (word, count) in statuses { figures.counts[RunStatus(rawValue: word) ?? .failed, default: 0] += count }
    var counts = Array(repeating: Int64(0), count: DurationHistogram.bounds.count + 1)
    for bucket in buckets {
      let index = bucket.upToMilliseconds.flatMap { DurationHistogram.bounds.firstIndex(of: .milliseconds($0)) }
      counts[index ?? DurationHistogram.bounds.count] += bucket.count
    }
    figures.durations = DurationHistogram(counts: counts)
    figures.totalDuration = .microseconds(Int64(duration.total * 1000))
    figures.longestDuration = .microseconds(Int64(duration.longest * 1000))
    figures.totalWait = .microseconds(Int64(wait.total * 1000))
    figures.longestWait = .microseconds(Int64(wait.longest * 1000))
    figures.cpuMicroseconds = Int64(cpuMilliseconds * 1000)
    figures.peakMemoryBytes = peakMemoryBytes
    return figures
  }

  private enum CodingKeys: String, CodingKey {
    case time, hook, runs, statuses, buckets
    case duration = "duration_ms"
    case p50 = "p50_ms"
    case p95 = "p95_ms"
    case p99 = "p99_ms"
    case wait = "wait_ms"
    case cpuMilliseconds = "cpu_ms"
    case peakMemoryBytes = "peak_memory_bytes"
  }
}

extension Duration {
  fileprivate var milliseconds: Double { Double(wholeMicroseconds) / 1000 }
}
