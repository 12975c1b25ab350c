public import Model

/// Credentials of programs. What is stored does not let anybody use a key.
public protocol KeyStore: Sendable {
  /// Keeps a key, and records the event `key.created` in the feed of its instance, or of the host.
  ///
  /// - Parameter actor: who makes it, such as `key:01h…` or `host`.
  /// - Throws: `Problem` `conflict` if the id or the hash is taken, `notFound` if there is no such instance.
  func insert(_ key: StoredKey, by actor: String) async throws

  /// The key with that keyed hash, expired or not.
  func find(hash: [UInt8]) async throws -> StoredKey?

  /// The keys of an instance, or with `nil` all keys of the store, those of the whole host included; oldest first.
  func list(instance: ID<Instance>?) async throws -> [Key]

  /// At most `limit` of these keys: those whose id is larger than `id`.
  func list(instance: ID<Instance>?, after id: ID<Key>?, limit: Int) async throws -> [Key]

  /// Takes a key away, and records the event `key.removed`.
  ///
  /// - Returns: whether it was there.
  func remove(_ id: ID<Key>, by actor: String, at time: Timestamp) async throws -> Bool
}
