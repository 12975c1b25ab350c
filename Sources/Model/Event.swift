/// A fact that the host recorded: who did what to what, when.
public struct Event: Hashable, Sendable {
  /// Grows by one with every event of its feed: that of its instance, or of the host.
  public var sequence: Int64
  /// Where it happened; `nil` for what is the whole host's, such as a key for all instances.
  public var instance: ID<Instance>?
  public var time: Timestamp
  /// A dotted word such as `hook.deployed`, `key.created` or `run.lost`.
  public var kind: String
  /// The surrogate id of what it is about.
  public var subject: String?
  /// Who did it, such as `key:01h…`, `folder` or `host`.
  public var actor: String
  public var data: JSONValue

  public init(
    sequence: Int64 = 0, instance: ID<Instance>?, time: Timestamp, kind: String, subject: String? = nil, actor: String,
    data: JSONValue = .object([:])
  ) {
    self.sequence = sequence
    self.instance = instance
    self.time = time
    self.kind = kind
    self.subject = subject
    self.actor = actor
    self.data = data
  }
}
