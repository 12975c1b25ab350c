public import Model

extension Client {
  /// One page of the variables of an instance, or with `hook` those of that hook alone; secrets without their values.
  ///
  /// - Parameter cursor: `nextCursor` of the page before.
  public func variables(
    hook: String? = nil, instance: String? = nil, limit: Int? = nil, cursor: String? = nil
  ) async throws -> Page<VariableResource> {
    try await get(
      Page<VariableResource>.self,
      url(
        ["api", "v1", "env"],
        query: [
          ("instance", instance ?? self.instance), ("hook", hook), ("limit", limit.map(String.init)),
          ("cursor", cursor),
        ]))
  }

  /// Sets a variable or a secret.
  public func setVariable(
    _ name: String, _ variable: NewVariable, instance: String? = nil
  ) async throws -> VariableResource {
    try await send(
      VariableResource.self, "PUT", url(["api", "v1", "env", name], query: [("instance", instance ?? self.instance)]),
      variable)
  }

  /// Takes a variable or a secret away.
  public func removeVariable(
    _ name: String, hook: String? = nil, kind: String = "env", instance: String? = nil
  ) async throws {
    let query = [("instance", instance ?? self.instance), ("hook", hook), ("kind", kind)]
    _ = try await send("DELETE", url(["api", "v1", "env", name], query: query), headers: [Self.acceptJSON])
  }
}
