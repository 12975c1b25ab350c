public import Model

/// What somebody wants to be deployed under a name.
public struct DeploymentOrder: Sendable {
  public var instance: Instance
  /// The name of the hook, which need not be there yet.
  public var name: String
  /// A `hook.yaml` and the files beside it, or one single file.
  public var files: [BundleFile]
  /// Who wants it, in the words of events: `key:` and the id of a key.
  public var actor: String
  /// The number of the version that must be active, 0 if the hook must not be there; `nil` takes whatever is there.
  public var expectedVersion: Int64?
  /// Whether the hook shall answer; `nil` leaves that as it is.
  public var isEnabled: Bool?
  /// Whether only to say what would be changed.
  public var isDryRun: Bool

  public init(
    instance: Instance, name: String, files: [BundleFile], actor: String, expectedVersion: Int64? = nil,
    isEnabled: Bool? = nil, isDryRun: Bool = false
  ) {
    self.instance = instance
    self.name = name
    self.files = files
    self.actor = actor
    self.expectedVersion = expectedVersion
    self.isEnabled = isEnabled
    self.isDryRun = isDryRun
  }
}
