public import Model

extension Client {
  /// What the server says about itself.
  public func version() async throws -> JSONValue {
    try await get(JSONValue.self, url(["api", "v1", "version"]))
  }

  /// One page of the instances of the server that the client's key may see, oldest first.
  ///
  /// - Parameter cursor: `next_cursor` of the page before.
  public func instances(limit: Int? = nil, cursor: String? = nil) async throws -> JSONValue {
    try await get(
      JSONValue.self,
      url(["api", "v1", "instances"], query: [("limit", limit.map(String.init)), ("cursor", cursor)]))
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
