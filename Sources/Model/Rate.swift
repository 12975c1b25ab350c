/// How many requests are taken in a span of time, such as `100/1m`: that many at once, and on the long run no more.
public struct Rate: Hashable, Sendable, Codable {
  public static let mostCount = 1_000_000
  public static let intervals: ClosedRange<Duration> = .seconds(1)...(.seconds(86_400))

  public var count: Int
  public var interval: Duration

  /// - Parameters:
  ///   - count: 1 to `mostCount`.
  ///   - interval: within `intervals`.
  public init(count: Int, interval: Duration) {
    self.count = count
    self.interval = interval
  }

  /// Reads a whole number, a slash and a duration; `nil` for anything else, and for what is out of bounds.
  public init?(text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let count = Int(parts[0]), (1...Self.mostCount).contains(count),
      parts[0].allSatisfy({ $0.isASCII && $0.isNumber }), let interval = Duration(text: String(parts[1])),
      Self.intervals.contains(interval)
    else { return nil }
    self.init(count: count, interval: interval)
  }

  /// What `init(text:)` reads.
  public var text: String { "\(count)/\(interval.text)" }

  /// What a person must write.
  public static let form = "a number from 1 to \(mostCount), a slash and a duration from 1s to 1d, such as 100/1m"

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let rate = Rate(text: text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a rate such as 100/1m: \(text)")
    }
    self = rate
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
