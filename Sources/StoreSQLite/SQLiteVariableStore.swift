import Foundation
import GRDB
import Model
import Store

struct SQLiteVariableStore: VariableStore {
  private struct Level: Hashable {
    let instance: ID<Instance>
    let hook: ID<Hook>?
  }

  let connection: StoreConnection
  /// 16 MiB of names and values; those that are sealed stay so.
  private let known = LookupCache<Level, [Variable]>(capacity: 16 << 20) { variables in
    variables.reduce(256) { $0 + 256 + $1.name.utf8.count + $1.value.size }
  }

  init(connection: StoreConnection) {
    self.connection = connection
  }

  func set(_ variable: Variable, by actor: String) async throws {
    try Self.validateName(variable.name)
    defer { forget() }
    try await connection.write(bytes: variable.value.size) { database in
      try write(variable, by: actor, in: database)
    }
  }

  /// To be called when a change of variables is on the disk, before anybody is told.
  func forget() { known.forgetAll() }

  /// Sets a variable with its event, in a transaction.
  func write(_ variable: Variable, by actor: String, in database: Database) throws {
    let json: String?
    let sealed: Data?
    switch variable.value {
    case .plain(let value): (json, sealed) = (value.serialized, nil)
    case .sealed(let bytes): (json, sealed) = (nil, Data(bytes))
    }
    try database.run(
      """
      INSERT INTO variables (instance, hook, kind, name, json, sealed, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (instance, COALESCE(hook, ''), kind, name) DO UPDATE
      SET json = excluded.json, sealed = excluded.sealed, updated_at = excluded.updated_at
      """,
      [
        variable.instance.text, variable.hook?.text, variable.kind.rawValue, variable.name, json, sealed,
        variable.updatedAt.microseconds,
      ])
    try Self.checkBounds(of: variable, in: database)
    _ = try database.append(
      Self.event(
        "env.set", instance: variable.instance, hook: variable.hook, kind: variable.kind, name: variable.name,
        isSecret: variable.isSecret, actor: actor, time: variable.updatedAt))
  }

  func isSealed(instance: ID<Instance>, hook: ID<Hook>?, kind: Variable.Kind, name: String, in database: Database)
    throws -> Bool
  {
    let isSealed: Bool? = try database.value(
      """
      SELECT sealed IS NOT NULL FROM variables WHERE instance = ? AND COALESCE(hook, '') = ? AND kind = ? AND name = ?
      """, [instance.text, hook?.text ?? "", kind.rawValue, name])
    return isSealed ?? false
  }

  func list(instance: ID<Instance>, hook: ID<Hook>?) async throws -> [Variable] {
    try await known.value(for: Level(instance: instance, hook: hook)) {
      try await connection.read { database in
        try database.rows(
          """
          SELECT kind, name, json, sealed, updated_at FROM variables
          WHERE instance = ? AND COALESCE(hook, '') = ? ORDER BY kind, name
          """, [instance.text, hook?.text ?? ""]
        ) { columns in
          let kind = try columns.word(Variable.Kind.self)
          let name = try columns.next(String.self)
          let plain = try columns.optionalJSON()
          let sealed = try columns.optionalBytes()
          return Variable(
            instance: instance, hook: hook, kind: kind, name: name,
            value: plain.map { .plain($0) } ?? .sealed(sealed ?? []), updatedAt: try columns.time())
        }
      }
    } ?? []
  }

  func remove(
    instance: ID<Instance>, hook: ID<Hook>?, kind: Variable.Kind, name: String, by actor: String, at time: Timestamp
  ) async throws -> Bool {
    defer { forget() }
    return try await connection.write { database in
      let place: [(any DatabaseValueConvertible)?] = [instance.text, hook?.text ?? "", kind.rawValue, name]
      let condition = "instance = ? AND COALESCE(hook, '') = ? AND kind = ? AND name = ?"
      let isSecret: Bool? = try database.value("SELECT sealed IS NOT NULL FROM variables WHERE \(condition)", place)
      guard let isSecret else { return false }
      try database.run("DELETE FROM variables WHERE \(condition)", place)
      _ = try database.append(
        Self.event(
          "env.removed", instance: instance, hook: hook, kind: kind, name: name, isSecret: isSecret, actor: actor,
          time: time))
      return true
    }
  }

  func countSealed() async throws -> Int {
    try await connection.read { database in
      let count: Int? = try database.value("SELECT COUNT(*) FROM variables WHERE sealed IS NOT NULL", [])
      return count ?? 0
    }
  }

  static func validateName(_ name: String) throws {
    guard (1...256).contains(name.utf8.count) else {
      throw Problem(.invalid, "the variable's name cannot be used", field: "name", rule: "1 to 256 bytes")
    }
  }

  /// Looks at the level with the change in it; what is too much rolls back.
  private static func checkBounds(of variable: Variable, in database: Database) throws {
    let level = "FROM variables WHERE instance = ? AND COALESCE(hook, '') = ?"
    let place: [(any DatabaseValueConvertible)?] = [variable.instance.text, variable.hook?.text ?? ""]
    let count: Int? = try database.value("SELECT COUNT(*) \(level)", place)
    let bytes: Int? = try database.value(
      "SELECT SUM(LENGTH(CAST(COALESCE(json, sealed) AS BLOB))) \(level)", place)
    guard count ?? 0 <= VariableBounds.count, bytes ?? 0 <= VariableBounds.bytes else {
      throw Problem(
        .tooLarge, "\(variable.hook == nil ? "the instance" : "the hook") would have too many variables", field: "name",
        rule: "at most \(VariableBounds.count) variables and \(VariableBounds.bytes) bytes",
        hint: "remove some with: grapnel env rm NAME")
    }
  }

  private static func event(
    _ word: String, instance: ID<Instance>, hook: ID<Hook>?, kind: Variable.Kind, name: String, isSecret: Bool,
    actor: String, time: Timestamp
  ) -> Event {
    Event(
      instance: instance, time: time, kind: word, subject: hook?.text, actor: actor,
      data: ["name": .string(name), "kind": .string(kind.rawValue), "secret": .bool(isSecret)])
  }
}

extension Variable.Value {
  fileprivate var size: Int {
    switch self {
    case .plain(let value): value.serializedBytes.count
    case .sealed(let bytes): bytes.count
    }
  }
}
