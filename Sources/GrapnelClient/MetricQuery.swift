public import Model

/// Which part of the history of runs to read; what is empty does not matter.
public struct MetricQuery: Hashable, Sendable {
  public var instance: String?
  public var hook: String?
  /// Only steps that begin at this moment or later; without it, those of the last hour.
  public var since: Timestamp?
  /// Whole minutes; without it, one.
  public var step: Duration?
  /// The most items of one page; the server has a bound of its own.
  public var limit: Int?
  /// `nextCursor` of the page before.
  public var cursor: String?

  public init(
    instance: String? = nil, hook: String? = nil, since: Timestamp? = nil, step: Duration? = nil, limit: Int? = nil,
    cursor: String? = nil
  ) {
    self.instance = instance
    self.hook = hook
    self.since = since
    self.step = step
    self.limit = limit
    self.cursor = cursor
  }
}
