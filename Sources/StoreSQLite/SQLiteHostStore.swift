import GRDB
import Model
import Store

struct SQLiteHostStore: HostStore {
  let connection: StoreConnection

  func register(_ host: Host) async throws {
    try await connection.write { database in
      _ = try database.run(
        """
        INSERT INTO hosts (id, name, lease_expires_at) VALUES (?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, lease_expires_at = excluded.lease_expires_at
        """, [host.id.text, host.name, host.leaseExpiresAt.microseconds])
    }
  }

  func renew(_ id: ID<Host>, until: Timestamp) async throws -> Bool {
    try await connection.write { database in
      try database.run("UPDATE hosts SET lease_expires_at = ? WHERE id = ?", [until.microseconds, id.text]) == 1
    }
  }

  func list() async throws -> [Host] {
    try await connection.read { database in
      try database.rows("SELECT id, name, lease_expires_at FROM hosts ORDER BY id", []) { columns in
        Host(id: try columns.id(), name: try columns.next(), leaseExpiresAt: try columns.time())
      }
    }
  }
}
