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
  public var createdAt: Timestamp
  public var updatedAt: Timestamp

  public init(
    id: ID<Hook>, instance: ID<Instance>, serial: Int64, name: String, isEnabled: Bool = true, version: HookVersion,
    createdAt: Timestamp, updatedAt: Timestamp
  ) {
    self.id = id
    self.instance = instance
    self.serial = serial
    self.name = name
    self.isEnabled = isEnabled
    self.version = version
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}
