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
  /// The surrogate ids, as text, of the endpoint, schedule or trigger behind it; those parts give them their types.
  public var endpoint: String?
  public var schedule: String?
  public var trigger: String?
  /// The key that it was asked with.
  public var key: ID<Key>?

  public init(
    kind: Kind, parent: ID<Run>? = nil, endpoint: String? = nil, schedule: String? = nil, trigger: String? = nil,
    key: ID<Key>? = nil
  ) {
    self.kind = kind
    self.parent = parent
    self.endpoint = endpoint
    self.schedule = schedule
    self.trigger = trigger
    self.key = key
  }
}
