import GRDB
import Model
import Store

struct SQLiteInstanceStore: InstanceStore {
  let connection: StoreConnection
  private let known = LookupCache<String, Instance>()

  init(connection: StoreConnection) {
    self.connection = connection
  }

  private static let select = "SELECT id, serial, name, description, created_at FROM instances"

  func create(name: String, by actor: String, at time: Timestamp) async throws -> Instance {
    try Name.validateInstance(name, field: "name")
    return try await connection.write { database in
      let taken: Int? = try database.value("SELECT 1 FROM instances WHERE name = ?", [name])
      guard taken == nil else { throw Problem(.conflict, "there is an instance named \(name) already", field: "name") }
      let instance = Instance(
        id: ID(at: time), serial: try database.nextSerial(of: "instance", in: ""), name: name, createdAt: time)
      try database.run(
        "INSERT INTO instances (id, serial, name, description, created_at) VALUES (?, ?, ?, ?, ?)",
        [instance.id.text, instance.serial, name, instance.description, time.microseconds])
      _ = try database.append(
        Event(
          instance: nil, time: time, kind: "instance.created", subject: instance.id.text, actor: actor,
          data: ["name": .string(name)]))
      return instance
    }
  }

  func find(name: String) async throws -> Instance? {
    // An instance never changes, so nothing ever has to be forgotten.
    try await known.value(for: name) {
      try await connection.read { database in
        try database.rows("\(Self.select) WHERE name = ?", [name], Self.decode).first
      }
    }
  }

  func find(_ id: ID<Instance>) async throws -> Instance? {
    try await connection.read { database in
      try database.rows("\(Self.select) WHERE id = ?", [id.text], Self.decode).first
    }
  }

  func list() async throws -> [Instance] {
    try await connection.read { database in
      try database.rows("\(Self.select) ORDER BY serial", [], Self.decode)
    }
  }

  func list(after serial: Int64, limit: Int) async throws -> [Instance] {
    try await connection.read { database in
      try database.rows("\(Self.select) WHERE serial > ? ORDER BY serial LIMIT ?", [serial, limit], Self.decode)
    }
  }

  private static func decode(_ columns: inout ColumnReader) throws -> Instance {
    Instance(
      id: try columns.id(), serial: try columns.next(), name: try columns.next(), description: try columns.next(),
      createdAt: try columns.time())
  }
}
