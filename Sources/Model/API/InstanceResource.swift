/// An instance as the management API shows it.
public struct InstanceResource: Hashable, Sendable, Codable {
  public var id: ID<Instance>
  public var serial: Int64
  public var name: String
  public var description: String
  public var createdAt: Timestamp

  public init(_ instance: Instance) {
    id = instance.id
    serial = instance.serial
    name = instance.name
    description = instance.description
    createdAt = instance.createdAt
  }

  private enum CodingKeys: String, CodingKey {
    case id, serial, name, description
    case createdAt = "created_at"
  }
}
