public import Model

extension Client {
  /// What the server says about itself.
  public func version() async throws -> JSONValue {
    try await get(JSONValue.self, url(["api", "v1", "version"]))
  }

  /// The instances of the server.
  public func instances() async throws -> JSONValue {
    try await get(JSONValue.self, url(["api", "v1", "instances"]))
  }

  /// Returns if the server is there and well.
  public func checkHealth() async throws {
    _ = try await send("GET", url(["healthz"]), patience: .seconds(5))
  }
}
