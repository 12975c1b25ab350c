/// What a deployment came to, as the management API answers.
public struct DeploymentResource: Hashable, Sendable, Codable {
  /// The name of the hook.
  public var hook: String
  /// The number of the version that is active now; missing after a dry run of a hook that is not there yet.
  public var version: Int64?
  /// Whether there is a new version, or would be one.
  public var changed: Bool
  public var dryRun: Bool
  /// What the version changes against the one that was active before.
  public var difference: DeploymentDifference

  public init(hook: String, version: Int64?, changed: Bool, dryRun: Bool, difference: DeploymentDifference) {
    self.hook = hook
    self.version = version
    self.changed = changed
    self.dryRun = dryRun
    self.difference = difference
  }

  private enum CodingKeys: String, CodingKey {
    case hook, version, changed, difference
    case dryRun = "dry_run"
  }
}
