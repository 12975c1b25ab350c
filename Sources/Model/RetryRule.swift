/// How often a run that nobody waits for is tried again after a failure, and how long each attempt waits.
public struct RetryRule: Hashable, Sendable, Codable {
  /// The most attempts that `max` may add to the first one.
  public static let mostRetries = 25
  /// The exit code with which a hook says that no further attempt can mend its failure: EX_DATAERR of sysexits.h, the
  /// input was wrong. A code, so that every language has it.
  public static let finalExitCode = 65

  /// Attempts after the first one, 0 to `mostRetries`.
  public var max: Int
  /// The wait before the second attempt.
  public var backoff: Duration
  /// What each further wait is longer by.
  public var factor: Double
  /// No wait is longer.
  public var maximumBackoff: Duration
  /// The share of a wait, 0 to 1, by which it may be shorter or longer, so that what failed together does not come back
  /// together.
  public var jitter: Double

  public init(
    max: Int = 3, backoff: Duration = .seconds(1), factor: Double = 2, maximumBackoff: Duration = .seconds(3600),
    jitter: Double = 0.2
  ) {
    self.max = max
    self.backoff = backoff
    self.factor = factor
    self.maximumBackoff = maximumBackoff
    self.jitter = jitter
  }

  /// The wait after an attempt has failed.
  ///
  /// - Parameters:
  ///   - attempt: counts from 1.
  ///   - random: at least 0 and less than 1; 0.5 leaves the wait as it is.
  public func delay(after attempt: Int, random: Double) -> Duration {
    var seconds = backoff.inSeconds
    let most = maximumBackoff.inSeconds
    for _ in 1..<Swift.max(1, min(attempt, Self.mostRetries + 1)) { seconds = min(seconds * factor, most) }
    seconds = min(seconds, most) * (1 + jitter * (2 * random - 1))
    return .microseconds(Int64(min(seconds, most) * 1_000_000))
  }

  private enum CodingKeys: String, CodingKey {
    case max, factor, jitter
    case backoff = "backoff_ms"
    case maximumBackoff = "max_backoff_ms"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    max = try container.decode(Int.self, forKey: .max)
    backoff = .milliseconds(try container.decode(Int64.self, forKey: .backoff))
    factor = try container.decode(Double.self, forKey: .factor)
    maximumBackoff = .milliseconds(try container.decode(Int64.self, forKey: .maximumBackoff))
    jitter = try container.decode(Double.self, forKey: .jitter)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(max, forKey: .max)
    try container.encode(backoff.wholeMilliseconds, forKey: .backoff)
    try container.encode(factor, forKey: .factor)
    try container.encode(maximumBackoff.wholeMilliseconds, forKey: .maximumBackoff)
    try container.encode(jitter, forKey: .jitter)
  }
}
