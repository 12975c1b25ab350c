public import Model

extension Client {
  /// One page of the hooks of an instance, by name.
  ///
  /// - Parameter cursor: `nextCursor` of the page before.
  public func hooks(
    instance: String? = nil, limit: Int? = nil, cursor: String? = nil
  ) async throws -> Page<HookResource> {
    try await get(
      Page<HookResource>.self,
      url(
        ["api", "v1", "hooks"],
        query: [
          ("instance", instance ?? self.instance), ("limit", limit.map(String.init)), ("cursor", cursor),
        ]))
  }

  /// The hook with this name.
  public func hook(named name: String, instance: String? = nil) async throws -> HookResource {
    try await get(
      HookResource.self, url(["api", "v1", "hooks", name], query: [("instance", instance ?? self.instance)]))
  }
}
