public import Model

/// Credentials of programs. What is stored does not let anybody use a key.
public protocol KeyStore: Sendable {
  /// - Throws: `Problem` `conflict` if the id or the hash is taken, `notFound` if there is no such instance.
  func insert(_ key: StoredKey) async throws

  /// The key with that keyed hash, expired or not.
  func find(hash: [UInt8]) async throws -> StoredKey?

  /// The keys of an instance, or with `nil` all keys of the store, those of the whole host included; oldest first.
  func list(instance: ID<Instance>?) async throws -> [Key]

  /// At most `limit` of these keys: those whose id is larger than `id`.
  func list(instance: ID<Instance>?, after id: ID<Key>?, limit: Int) async throws -> [Key]

  /// - Returns: whether it was there.
  func remove(_ id: ID<Key>) async throws -> Bool
}
