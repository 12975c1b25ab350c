import Model

/// An instance as the management API shows it.
struct InstanceResource: Hashable, Sendable, Codable {
  var id: ID<Instance>
  var serial: Int64
  var name: String
  var description: String
  var createdAt: Timestamp

  init(_ instance: Instance) {
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
