/// Which schedules to list; what is empty does not matter.
public struct ScheduleQuery: Hashable, Sendable {
  public var instance: String?
  /// The name of a hook.
  public var hook: String?
  public var isEnabled: Bool?
  public var isSilent: Bool?
  /// The most schedules of one page; the server has a bound of its own.
  public var limit: Int?
  /// `nextCursor` of the page before.
  public var cursor: String?

  public init(
    instance: String? = nil, hook: String? = nil, isEnabled: Bool? = nil, isSilent: Bool? = nil, limit: Int? = nil,
    cursor: String? = nil
  ) {
    self.instance = instance
    self.hook = hook
    self.isEnabled = isEnabled
    self.isSilent = isSilent
    self.limit = limit
    self.cursor = cursor
  }
}
