import Foundation
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

  /// Deploys a hook, or with `isDryRun` says what that would change.
  ///
  /// - Parameters:
  ///   - files: a `hook.yaml` and the files beside it, or one single file.
  ///   - expectedVersion: the number of the version that must be active, 0 if the hook must not be there; `nil` takes
  ///     whatever is there.
  public func deploy(
    hook name: String, files: [DeployedFile], isDryRun: Bool = false, expectedVersion: Int64? = nil,
    instance: String? = nil
  ) async throws -> DeploymentResource {
    // The server may have to prepare what it gets.
    try await post(
      DeploymentResource.self, hookURL(name, ["deployments"], instance),
      NewDeployment(files: files, dryRun: isDryRun, expectedVersion: expectedVersion), patience: .seconds(3600))
  }

  /// One page of the versions of a hook, newest first.
  public func versions(
    ofHook name: String, limit: Int? = nil, cursor: String? = nil, instance: String? = nil
  ) async throws -> Page<VersionResource> {
    try await get(
      Page<VersionResource>.self,
      hookURL(name, ["versions"], instance, query: [("limit", limit.map(String.init)), ("cursor", cursor)]))
  }

  /// Makes an earlier version active again; `nil` takes the one before the active one.
  public func rollBack(
    hook name: String, to version: Int64? = nil, expectedVersion: Int64? = nil, instance: String? = nil
  ) async throws -> HookResource {
    try await post(
      HookResource.self, hookURL(name, ["rollback"], instance),
      HookChange(version: version, expectedVersion: expectedVersion), patience: .seconds(3600))
  }

  /// Lets a hook answer or not, or gives it another name.
  public func update(
    hook name: String, enabled: Bool? = nil, newName: String? = nil, expectedVersion: Int64? = nil,
    instance: String? = nil
  ) async throws -> HookResource {
    try await send(
      HookResource.self, "PATCH", hookURL(name, [], instance),
      HookChange(enabled: enabled, name: newName, expectedVersion: expectedVersion))
  }

  /// Removes a hook; its versions, runs and logs stay on record.
  public func removeHook(
    named name: String, expectedVersion: Int64? = nil, instance: String? = nil
  ) async throws -> HookRemovalResource {
    try await send(
      HookRemovalResource.self, "DELETE",
      hookURL(name, [], instance, query: [("expected_version", expectedVersion.map(String.init))]), nil)
  }

  private func hookURL(
    _ name: String, _ rest: [String], _ instance: String?, query: [(String, String?)] = []
  ) -> URL {
    url(["api", "v1", "hooks", name] + rest, query: [("instance", instance ?? self.instance)] + query)
  }
}
