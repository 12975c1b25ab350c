public import Model

extension Client {
  /// The definitions of an instance, or of some of its hooks.
  public func exportInstance(hooks: [String] = [], instance: String? = nil) async throws -> InstanceExport {
    try await get(
      InstanceExport.self,
      url(
        ["api", "v1", "export"],
        query: [
          ("instance", instance ?? self.instance), ("hooks", hooks.isEmpty ? nil : hooks.joined(separator: ",")),
        ]), upTo: Self.largestExport)
  }

  /// Applies definitions that were exported, or with `isDryRun` says what they would change.
  ///
  /// - Parameters:
  ///   - file: an `InstanceExport`, as it was written.
  ///   - allowsDowngrade: whether a hook may become again what it was before its active version.
  public func importInstance(
    _ file: JSONValue, isDryRun: Bool = false, allowsDowngrade: Bool = false, instance: String? = nil
  ) async throws -> ImportResource {
    let body: JSONValue = ["export": file, "dry_run": .bool(isDryRun), "allow_downgrade": .bool(allowsDowngrade)]
    return try await post(
      ImportResource.self, url(["api", "v1", "import"], query: [("instance", instance ?? self.instance)]), body,
      patience: .seconds(3600))
  }
}
