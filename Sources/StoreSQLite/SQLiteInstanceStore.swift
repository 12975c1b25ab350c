import GRDB
import Model
import Store

struct SQLiteInstanceStore: InstanceStore {
  let connection: StoreConnection
  private let keys: SQLiteKeyStore
  private let known = LookupCache<String, Instance>()

  init(connection: StoreConnection, keys: SQLiteKeyStore) {
    self.connection = connection
    self.keys = keys
  }

  private static let select = """
    SELECT id, serial, name, description, created_at FROM instances WHERE removed_at IS NULL
    """

  func create(name: String, by actor: String, at time: Timestamp) async throws -> Instance {
    try Name.validateInstance(name, field: "name")
    // What is the whole host's is looked at by the instance of a name.
    return try await connection.changeTriggers { database in
      try Self.requireFree(name, in: database)
      let instance = Instance(
        id: ID(at: time), serial: try database.nextSerial(of: "instance", in: ""), name: name, createdAt: time)
      try database.run(
        "INSERT INTO instances (id, serial, name, description, created_at) VALUES (?, ?, ?, ?, ?)",
        [instance.id.text, instance.serial, name, instance.description, time.microseconds])
      try database.makeBucket(of: instance.id, named: name, at: time)
      try Self.append("instance.created", to: instance, by: actor, at: time, in: database)
      return instance
    }
  }

  func rename(_ id: ID<Instance>, to name: String, by actor: String, at time: Timestamp) async throws -> Instance {
    try Name.validateInstance(name, field: "name")
    defer { known.forgetAll() }
    return try await connection.changeTriggers { database in
      guard var instance = try Self.find(id, in: database) else {
        throw Problem(.notFound, "there is no such instance")
      }
      guard instance.name != name else { return instance }
      try Self.requireFree(name, in: database)
      try database.run("UPDATE instances SET name = ? WHERE id = ?", [name, id.text])
      try database.renameBucket(of: id, to: name, at: time)
      try database.reviewSchedules(of: id, at: time)
      let former = instance.name
      instance.name = name
      try Self.append(
        "instance.renamed", to: instance, by: actor, at: time, ["from": .string(former)], in: database)
      return instance
    }
  }

  func remove(_ id: ID<Instance>, by actor: String, at time: Timestamp) async throws -> Bool {
    defer {
      known.forgetAll()
      keys.forget()
    }
    return try await connection.changeTriggers { database in
      guard let instance = try Self.find(id, in: database) else { return false }
      // No instance that is there can have this name.
      try database.run(
        "UPDATE instances SET removed_at = ?, name = '#' || id WHERE id = ?", [time.microseconds, id.text])
      try database.removeBucket(of: id, at: time)
      try Self.append("instance.removed", to: instance, by: actor, at: time, in: database)
      return true
    }
  }

  func removed() async throws -> [ID<Instance>] {
    try await connection.read { database in
      try database.rows(
        "SELECT id FROM instances WHERE removed_at IS NOT NULL AND is_cleared = 0 ORDER BY serial", []
      ) { try $0.id() }
    }
  }

  func find(name: String) async throws -> Instance? {
    try await known.value(for: name) {
      try await connection.read { database in
        try database.rows("\(Self.select) AND name = ?", [name], Self.decode).first
      }
    }
  }

  func find(_ id: ID<Instance>) async throws -> Instance? {
    try await connection.read { database in try Self.find(id, in: database) }
  }

  func list() async throws -> [Instance] {
    try await connection.read { database in
      try database.rows("\(Self.select) ORDER BY serial", [], Self.decode)
    }
  }

  func list(after serial: Int64, limit: Int) async throws -> [Instance] {
    try await connection.read { database in
      try database.rows("\(Self.select) AND serial > ? ORDER BY serial LIMIT ?", [serial, limit], Self.decode)
    }
  }

  // MARK: - In a transaction

  private static func find(_ id: ID<Instance>, in database: Database) throws -> Instance? {
    try database.rows("\(select) AND id = ?", [id.text], decode).first
  }

  private static func requireFree(_ name: String, in database: Database) throws {
    let taken: Int? = try database.value("SELECT 1 FROM instances WHERE name = ?", [name])
    guard taken == nil else { throw Problem(.conflict, "there is an instance named \(name) already", field: "name") }
  }

  /// Records what became of an instance, under the name that it has. Its own feed goes with it, so this is the host's.
  private static func append(
    _ kind: String, to instance: Instance, by actor: String, at time: Timestamp, _ data: [String: JSONValue] = [:],
    in database: Database
  ) throws {
    _ = try database.append(
      Event(
        instance: nil, time: time, kind: kind, subject: instance.id.text, actor: actor,
        data: .object(data.merging(["name": .string(instance.name)]) { own, _ in own })))
  }

  private static func decode(_ columns: inout ColumnReader) throws -> Instance {
    Instance(
      id: try columns.id(), serial: try columns.next(), name: try columns.next(), description: try columns.next(),
      createdAt: try columns.time())
  }
}
