public import Model

/// Which messages to read; what is empty does not matter.
public struct LogQuery: Hashable, Sendable {
  public var instance: String?
  public var hook: String?
  public var run: ID<Run>?
  /// Only messages whose sequence is greater; without it, the newest ones.
  public var after: Int64?
  /// The most messages of one page; the server has a bound of its own.
  public var limit: Int?

  public init(
    instance: String? = nil, hook: String? = nil, run: ID<Run>? = nil, after: Int64? = nil, limit: Int? = nil
  ) {
    self.instance = instance
    self.hook = hook
    self.run = run
    self.after = after
    self.limit = limit
  }
}
