import Foundation
import GRDB
import Model
import Store

struct SQLiteVariableStore: VariableStore {
  let connection: StoreConnection

  func set(_ variable: Variable) async throws {
    guard (1...256).contains(variable.name.utf8.count) else {
      throw Problem(.invalid, "the variable's name cannot be used", field: "name", rule: "1 to 256 bytes")
    }
    let json: String?
    let sealed: Data?
    switch variable.value {
    case .plain(let value): (json, sealed) = (value.serialized, nil)
    case .sealed(let bytes): (json, sealed) = (nil, Data(bytes))
    }
    try await connection.write(bytes: json?.utf8.count ?? sealed?.count ?? 0) { database in
      _ = try database.run(
        """
        INSERT INTO variables (instance, hook, kind, name, json, sealed, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (instance, COALESCE(hook, ''), kind, name) DO UPDATE
        SET json = excluded.json, sealed = excluded.sealed, updated_at = excluded.updated_at
        """,
        [
          variable.instance.text, variable.hook?.text, variable.kind.rawValue, variable.name, json, sealed,
          variable.updatedAt.microseconds,
        ])
    }
  }

  func list(instance: ID<Instance>, hook: ID<Hook>?) async throws -> [Variable] {
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
  }

  func remove(instance: ID<Instance>, hook: ID<Hook>?, kind: Variable.Kind, name: String) async throws -> Bool {
    try await connection.write { database in
      try database.run(
        "DELETE FROM variables WHERE instance = ? AND COALESCE(hook, '') = ? AND kind = ? AND name = ?",
        [instance.text, hook?.text ?? "", kind.rawValue, name]) == 1
    }
  }
}
