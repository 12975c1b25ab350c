public import Model

/// Which runs to list; what is empty does not matter.
public struct TraceQuery: Hashable, Sendable {
  public var instance: String?
  public var hook: String?
  public var status: RunStatus?
  public var schedule: ID<Schedule>?
  public var trigger: ID<Trigger>?
  /// Only runs that were queued at this moment or later.
  public var since: Timestamp?
  /// The most runs of one page; the server has a bound of its own.
  public var limit: Int?
  /// `nextCursor` of the page before.
  public var cursor: String?

  public init(
    instance: String? = nil, hook: String? = nil, status: RunStatus? = nil, schedule: ID<Schedule>? = nil,
    trigger: ID<Trigger>? = nil, since: Timestamp? = nil, limit: Int? = nil, cursor: String? = nil
  ) {
    self.instance = instance
    self.hook = hook
    self.status = status
    self.schedule = schedule
    self.trigger = trigger
    self.since = since
    self.limit = limit
    self.cursor = cursor
  }
}
