/// Which events to read; what is empty does not matter.
public struct EventQuery: Hashable, Sendable {
  public var instance: String?
  /// Whether the events of the whole host are meant and not those of an instance; needs a key of the host.
  public var isHost: Bool
  /// A kind such as `hook.deployed`, or the beginning of kinds up to a dot, such as `hook`.
  public var kind: String?
  /// Only events with a greater sequence number.
  public var after: Int64?
  /// The most events of one page; the server has a bound of its own.
  public var limit: Int?

  public init(
    instance: String? = nil, isHost: Bool = false, kind: String? = nil, after: Int64? = nil, limit: Int? = nil
  ) {
    self.instance = instance
    self.isHost = isHost
    self.kind = kind
    self.after = after
    self.limit = limit
  }
}
