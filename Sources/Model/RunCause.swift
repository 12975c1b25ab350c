/// What made a run happen. The references beside the kind say which one, where there is one.
public struct RunCause: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case http
    case schedule
    case trigger
    case manual
    /// Another hook's run.
    case hook
  }

  public var kind: Kind
  /// The run that asked for this one.
  public var parent: ID<Run>?
  /// The schedule that it is of.
  public var schedule: ID<Schedule>?
  /// The moment of the schedule's slot that it is the run of; `nil` for one that was asked for by hand.
  public var slot: Timestamp?
  /// The surrogate ids, as text, of the endpoint or trigger behind it; those parts give them their types.
  public var endpoint: String?
  public var trigger: String?
  /// The key that it was asked with.
  public var key: ID<Key>?

  public init(
    kind: Kind, parent: ID<Run>? = nil, schedule: ID<Schedule>? = nil, slot: Timestamp? = nil,
    endpoint: String? = nil, trigger: String? = nil, key: ID<Key>? = nil
  ) {
    self.kind = kind
    self.parent = parent
    self.schedule = schedule
    self.slot = slot
    self.endpoint = endpoint
    self.trigger = trigger
    self.key = key
  }
}
