public import Model

/// One environment variable or configuration value.
public struct Variable: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// An environment variable.
    case env
    /// A top-level key of the configuration.
    case config
  }

  public enum Value: Hashable, Sendable {
    case plain(JSONValue)
    /// A secret, sealed with a key that is kept outside the store.
    case sealed([UInt8])
  }

  public var instance: ID<Instance>
  /// The hook that alone sees it; `nil` for all hooks of the instance.
  public var hook: ID<Hook>?
  public var kind: Kind
  public var name: String
  public var value: Value
  public var updatedAt: Timestamp

  public init(
    instance: ID<Instance>, hook: ID<Hook>? = nil, kind: Kind, name: String, value: Value, updatedAt: Timestamp
  ) {
    self.instance = instance
    self.hook = hook
    self.kind = kind
    self.name = name
    self.value = value
    self.updatedAt = updatedAt
  }

  /// Whether it is never shown and masked in logs.
  public var isSecret: Bool {
    if case .sealed = value { true } else { false }
  }
}
