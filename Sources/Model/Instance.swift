/// A tenant: owns hooks, runs, keys, files and records.
public struct Instance: Hashable, Sendable {
  public var id: ID<Instance>
  /// Counts instances from 1; also the source of the user id that the instance's runs have outside their sandbox.
  public var serial: Int64
  public var name: String
  public var description: String
  public var createdAt: Timestamp

  public init(id: ID<Instance>, serial: Int64, name: String, description: String = "", createdAt: Timestamp) {
    self.id = id
    self.serial = serial
    self.name = name
    self.description = description
    self.createdAt = createdAt
  }
}
