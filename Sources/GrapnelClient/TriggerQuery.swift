/// Which triggers to list; what is empty does not matter.
public struct TriggerQuery: Hashable, Sendable {
  public var instance: String?
  /// The name of a hook.
  public var hook: String?
  public var isEnabled: Bool?
  /// The most triggers of one page; the server has a bound of its own.
  public var limit: Int?
  /// `nextCursor` of the page before.
  public var cursor: String?

  public init(
    instance: String? = nil, hook: String? = nil, isEnabled: Bool? = nil, limit: Int? = nil, cursor: String? = nil
  ) {
    self.instance = instance
    self.hook = hook
    self.isEnabled = isEnabled
    self.limit = limit
    self.cursor = cursor
  }
}
