public import Model

extension Client {
  /// The hooks of an instance.
  public func hooks(instance: String? = nil) async throws -> Page<HookResource> {
    try await get(
      Page<HookResource>.self, url(["api", "v1", "hooks"], query: [("instance", instance ?? self.instance)]))
  }

  /// The hook with this name.
  public func hook(named name: String, instance: String? = nil) async throws -> HookResource {
    try await get(
      HookResource.self, url(["api", "v1", "hooks", name], query: [("instance", instance ?? self.instance)]))
  }
}
