public import Model

extension Client {
  /// One page of the keys of an instance, without their secrets; if none is named, of all that this client's key may
  /// see.
  ///
  /// - Parameter cursor: `nextCursor` of the page before.
  public func keys(
    instance: String? = nil, limit: Int? = nil, cursor: String? = nil
  ) async throws -> Page<KeyResource> {
    try await get(
      Page<KeyResource>.self,
      url(
        ["api", "v1", "keys"],
        query: [
          ("instance", instance ?? self.instance), ("limit", limit.map(String.init)), ("cursor", cursor),
        ]))
  }

  /// Makes a key; the answer is the only one that ever holds its secret.
  public func createKey(_ key: NewKey) async throws -> KeyResource {
    try await post(KeyResource.self, url(["api", "v1", "keys"]), key)
  }

  /// Takes a key out of use at once.
  public func removeKey(_ id: ID<Key>) async throws {
    try await delete(url(["api", "v1", "keys", id.text]))
  }
}
