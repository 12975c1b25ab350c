public import Model

/// Which events a list shows: those of one feed that meet all that is given.
public struct EventFilter: Hashable, Sendable {
  /// `nil` is the feed of the whole host.
  public var instance: ID<Instance>?
  /// A kind such as `hook.deployed`, or the beginning of kinds up to a dot, such as `hook`.
  public var kind: String?
  /// Only events with a greater sequence number.
  public var after: Int64?
  /// Whether a list that is cut keeps its end instead of its beginning.
  public var newest: Bool

  public init(instance: ID<Instance>?, kind: String? = nil, after: Int64? = nil, newest: Bool = false) {
    self.instance = instance
    self.kind = kind
    self.after = after
    self.newest = newest
  }
}
