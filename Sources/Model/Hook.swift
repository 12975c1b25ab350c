/// A named script of an instance, at its active version.
public struct Hook: Hashable, Sendable {
  public var id: ID<Hook>
  public var instance: ID<Instance>
  /// Counts the hooks of its instance from 1.
  public var serial: Int64
  public var name: String
  /// Whether it answers; a disabled hook keeps its versions and traces.
  public var isEnabled: Bool
  /// The version that new runs start.
  public var version: HookVersion
  /// Whether the watched folder has files under this name, be they what runs or not: a change of them is deployed.
  public var isInFolder: Bool
  public var createdAt: Timestamp
  public var updatedAt: Timestamp

  public init(
    id: ID<Hook>, instance: ID<Instance>, serial: Int64, name: String, isEnabled: Bool = true, version: HookVersion,
    isInFolder: Bool = false, createdAt: Timestamp, updatedAt: Timestamp
  ) {
    self.id = id
    self.instance = instance
    self.serial = serial
    self.name = name
    self.isEnabled = isEnabled
    self.version = version
    self.isInFolder = isInFolder
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}
