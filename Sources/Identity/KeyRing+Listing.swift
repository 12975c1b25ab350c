public import Model
import Store

extension KeyRing {
  /// Whether there is any key, of whatever instance.
  public func hasKeys() async throws -> Bool {
    try await !keys(of: nil, after: nil, limit: 1).isEmpty
  }

  /// The keys of an instance, or with `nil` all keys, those of the whole host included; oldest first.
  public func keys(of instance: ID<Instance>?) async throws -> [Key] {
    try await store.list(instance: instance)
  }

  /// At most `limit` of these keys: those whose id is larger than `id`.
  public func keys(of instance: ID<Instance>?, after id: ID<Key>?, limit: Int) async throws -> [Key] {
    try await store.list(instance: instance, after: id, limit: limit)
  }

  /// Takes a key away; from then on it is as if it had never been.
  ///
  /// - Parameter actor: who does it, for its event.
  /// - Returns: whether it was there.
  public func remove(_ id: ID<Key>, by actor: String = "host") async throws -> Bool {
    try await store.remove(id, by: actor, at: clock.now)
  }
}
