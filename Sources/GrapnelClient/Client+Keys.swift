public import Model

extension Client {
  /// The keys of an instance, without their secrets; if none is named, all that this client's key may see.
  public func keys(instance: String? = nil) async throws -> Page<KeyResource> {
    try await get(
      Page<KeyResource>.self, url(["api", "v1", "keys"], query: [("instance", instance ?? self.instance)]))
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
