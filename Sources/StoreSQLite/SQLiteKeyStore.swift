import Foundation
import GRDB
import Model
import Store

struct SQLiteKeyStore: KeyStore {
  let connection: StoreConnection
  private let known = LookupCache<[UInt8], StoredKey>()

  init(connection: StoreConnection) {
    self.connection = connection
  }

  /// To be called when a change of what keys there are is on the disk, before anybody is told.
  func forget() { known.forgetAll() }

  /// Keys of an instance that was removed are none.
  private static let isUsable =
    "(instance IS NULL OR instance IN (SELECT id FROM instances WHERE removed_at IS NULL))"

  private static let columns = "id, instance, name, role, prefix, created_at, expires_at"

  func insert(_ stored: StoredKey, by actor: String) async throws {
    let key = stored.key
    try await connection.write { database in
      try database.run(
        """
        INSERT INTO keys (id, instance, name, role, prefix, created_at, expires_at, hash, sealed)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          key.id.text, key.instance?.text, key.name, key.role.rawValue, key.prefix, key.createdAt.microseconds,
          key.expiresAt?.microseconds, Data(stored.hash), stored.sealed.map { Data($0) },
        ])
      _ = try database.append(Self.event("key.created", of: key, by: actor, at: key.createdAt))
    }
  }

  func find(hash: [UInt8]) async throws -> StoredKey? {
    try await known.value(for: hash) {
      try await connection.read { database in
        try database.rows(
          "SELECT \(Self.columns), hash, sealed FROM keys WHERE hash = ? AND \(Self.isUsable)", [Data(hash)]
        ) { columns in
          StoredKey(key: try Self.decode(&columns), hash: try columns.bytes(), sealed: try columns.optionalBytes())
        }.first
      }
    }
  }

  func list(instance: ID<Instance>?) async throws -> [Key] {
    try await connection.read { database in
      if let instance {
        try database.rows(
          "SELECT \(Self.columns) FROM keys WHERE instance = ? AND \(Self.isUsable) ORDER BY id", [instance.text],
          Self.decode)
      } else {
        try database.rows("SELECT \(Self.columns) FROM keys WHERE \(Self.isUsable) ORDER BY id", [], Self.decode)
      }
    }
  }

  func list(instance: ID<Instance>?, after id: ID<Key>?, limit: Int) async throws -> [Key] {
    try await connection.read { database in
      try database.rows(
        """
        SELECT \(Self.columns) FROM keys WHERE (?1 IS NULL OR instance = ?1) AND id > ?2 AND \(Self.isUsable)
        ORDER BY id LIMIT ?3
        """, [instance?.text, id?.text ?? "", limit], Self.decode)
    }
  }

  func remove(_ id: ID<Key>, by actor: String, at time: Timestamp) async throws -> Bool {
    defer { forget() }
    return try await connection.write { database in
      let found = try database.rows("SELECT \(Self.columns) FROM keys WHERE id = ?", [id.text], Self.decode)
      guard let key = found.first else { return false }
      try database.run("DELETE FROM keys WHERE id = ?", [id.text])
      _ = try database.append(Self.event("key.removed", of: key, by: actor, at: time))
      return true
    }
  }

  private static func event(_ kind: String, of key: Key, by actor: String, at time: Timestamp) -> Event {
    Event(
      instance: key.instance, time: time, kind: kind, subject: key.id.text, actor: actor,
      data: ["name": .string(key.name), "role": .string(key.role.rawValue), "prefix": .string(key.prefix)])
  }

  private static func decode(_ columns: inout ColumnReader) throws -> Key {
    Key(
      id: try columns.id(), instance: try columns.optionalID(), name: try columns.next(), role: try columns.word(),
      prefix: try columns.next(), createdAt: try columns.time(), expiresAt: try columns.optionalTime())
  }
}
