public import Model

/// Whoever asks, as far as the server knows them: the key that they showed.
public struct Principal: Hashable, Sendable {
  public let key: Key

  public init(key: Key) {
    self.key = key
  }

  /// The key in the words of events.
  public var actor: String { "key:\(key.id)" }

  /// Whether the key is for `instance`: made for it, or for the whole host.
  public func belongs(to instance: Instance) -> Bool {
    key.instance == nil || key.instance == instance.id
  }

  /// Whether the key may act as `role` in `instance`.
  public func may(_ role: Role, in instance: Instance) -> Bool {
    belongs(to: instance) && key.role.includes(role)
  }

  /// Whether the key may act as `role` on the host as a whole.
  public func mayOnHost(_ role: Role) -> Bool {
    key.instance == nil && key.role.includes(role)
  }
}
