public import Model

extension Client {
  /// What the server says about itself.
  public func version() async throws -> JSONValue {
    try await get(JSONValue.self, url(["api", "v1", "version"]))
  }

  /// What is kept ready for runs; only for a key of the whole host.
  public func pools() async throws -> Page<PoolResource> {
    try await get(Page<PoolResource>.self, url(["api", "v1", "pools"]))
  }

  /// One page of the instances of the server that the client's key may see, oldest first.
  ///
  /// - Parameter cursor: `next_cursor` of the page before.
  public func instances(limit: Int? = nil, cursor: String? = nil) async throws -> Page<InstanceResource> {
    try await get(
      Page<InstanceResource>.self,
      url(["api", "v1", "instances"], query: [("limit", limit.map(String.init)), ("cursor", cursor)]))
  }

  /// Makes an instance; only a key of the whole host may.
  ///
  /// - Throws: `Problem` `invalid` if the name breaks the rule for names or is reserved, `conflict` if it is taken.
  public func createInstance(name: String) async throws -> InstanceResource {
    try await post(InstanceResource.self, url(["api", "v1", "instances"]), ["name": name])
  }

  /// Gives an instance another name; only a key of the whole host may.
  ///
  /// - Throws: `Problem` `notFound`, `invalid` if the name breaks the rule for names or is reserved, `conflict` if it is
  ///   taken, or the instance is `main` or one of the server's configuration.
  public func renameInstance(named name: String, to newName: String) async throws -> InstanceResource {
    try await send(InstanceResource.self, "PATCH", url(["api", "v1", "instances", name]), ["name": newName])
  }

  /// Removes an instance with all that it has: hooks, runs, logs, events, keys, variables. Ends its runs first. Only a
  /// key of the whole host may.
  ///
  /// - Throws: `Problem` `notFound`, `conflict` if it is `main` or one of the server's configuration.
  public func removeInstance(named name: String) async throws {
    _ = try await send("DELETE", url(["api", "v1", "instances", name]))
  }

  /// The OpenAPI document of the server.
  public func description() async throws -> JSONValue {
    try await get(JSONValue.self, url(["api", "v1", "openapi.json"]))
  }

  /// Returns if the server is there and well.
  public func checkHealth() async throws {
    _ = try await send("GET", url(["healthz"]), patience: .seconds(5))
  }
}
