/// How much of what piles up is kept. What is older than its age, or beyond its count or bytes, is deleted, the oldest
/// first; a run that has not ended never is.
public struct Retention: Hashable, Sendable, Codable {
  /// The bounds of one kind of thing; `nil` is no bound.
  public struct Rule: Hashable, Sendable, Codable {
    public var age: Duration?
    /// How many of each instance.
    public var count: Int64?
    /// About how many bytes of each instance, as the store counts them.
    public var bytes: ByteSize?

    public init(age: Duration? = nil, count: Int64? = nil, bytes: ByteSize? = nil) {
      self.age = age
      self.count = count
      self.bytes = bytes
    }
  }

  /// Runs with their traces and bodies; their age counts from their end.
  public var runs = Rule(age: .seconds(30 * 86_400), count: 1_000_000, bytes: .gibibytes(10))
  /// Log messages.
  public var logs = Rule(age: .seconds(30 * 86_400), count: 5_000_000, bytes: .gibibytes(5))
  /// The feed of events. They are small: their bytes have no bound of their own.
  public var events = Rule(age: .seconds(90 * 86_400), count: 1_000_000)
  /// Dead letters that were not redriven; their age counts from their run's end. Without its letter a run is kept as
  /// others are.
  public var deadLetters = Rule(age: .seconds(90 * 86_400), count: 10_000)
  /// The per-minute history. Only its age is bounded; its rows are small, and at most one a minute and hook.
  public var metrics = Rule(age: .seconds(90 * 86_400))

  public init() {}
}
