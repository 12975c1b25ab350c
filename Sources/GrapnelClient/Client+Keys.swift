public import Model

extension Client {
  /// The keys that this client's key may see, without their secrets.
  public func keys() async throws -> Page<KeyResource> {
    try await get(Page<KeyResource>.self, url(["api", "v1", "keys"]))
  }

  /// Makes a key; the answer is the only one that ever holds its secret.
  public func createKey(_ key: NewKey) async throws -> KeyResource {
    try await post(KeyResource.self, url(["api", "v1", "keys"]), key)
  }

  /// Takes a key out of use at once.
  public func removeKey(_ id: ID<Key>) async throws {
    _ = try await send("DELETE", url(["api", "v1", "keys", id.text]), headers: [Self.acceptJSON])
  }
}
