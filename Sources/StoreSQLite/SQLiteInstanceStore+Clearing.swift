import GRDB
import Model
import Store

/// What is left of an instance that was removed goes in small changes, so that no other writer waits long.
extension SQLiteInstanceStore {
  /// Tables whose rows are small, in an order in which none refers to one that went before, and how their rows are found
  /// by the instance that is their only argument. All of these conditions have an index, or the table is small.
  private static let smallRows: [(table: String, key: String, condition: String)] = [
    ("events", "rowid", "scope = ?"),
    ("run_minutes", "instance, minute, hook_name", "instance = ?"),
    ("idempotency_claims", "instance, hook, caller, key", "instance = ?"),
    ("keys", "rowid", "instance = ?"),
    ("variables", "rowid", "instance = ?"),
    ("files", "rowid", "instance = ?"),
    ("schedules", "id", "instance = ?"),
    ("triggers", "rowid", "instance = ?"),
    ("folder_contents", "instance, name", "instance = ?"),
    ("former_names", "hook, name", "hook IN (SELECT id FROM hooks WHERE instance = ?)"),
    ("hook_versions", "rowid", "hook IN (SELECT id FROM hooks WHERE instance = ?)"),
  ]

  func clear(_ id: ID<Instance>, limit: Int) async throws -> Int {
    try Problem.validateLimit(limit, most: 10_000)
    return try await connection.write { database in
      let isLeft: Int? = try database.value(
        "SELECT 1 FROM instances WHERE id = ? AND removed_at IS NOT NULL AND is_cleared = 0", [id.text])
      guard isLeft != nil else { return 0 }
      let large = try SQLiteRunStore.clear(id, limit: limit, in: database)
      if large > 0 { return large }
      let messages = try SQLiteLogStore.clear(id, limit: limit, in: database)
      if messages > 0 { return messages }
      for (table, key, condition) in Self.smallRows {
        let count = try database.run(
          "DELETE FROM \(table) WHERE (\(key)) IN (SELECT \(key) FROM \(table) WHERE \(condition) LIMIT ?)",
          [id.text, limit])
        if count > 0 { return count }
      }
      return try Self.close(id, limit: limit, in: database)
    }
  }

  /// Empties the rows that stay, of the instance and of its hooks: to delete a hook's, all runs of all instances would be
  /// looked at for one of it.
  private static func close(_ id: ID<Instance>, limit: Int, in database: Database) throws -> Int {
    let hooks = try database.run(
      """
      UPDATE hooks SET name = '', removed_at = COALESCE(removed_at, updated_at) WHERE id IN (
        SELECT id FROM hooks WHERE instance = ? AND name <> '' LIMIT ?)
      """, [id.text, limit])
    if hooks > 0 { return hooks }
    for table in ["usage", "idempotency_counts"] {
      try database.run("DELETE FROM \(table) WHERE instance = ?", [id.text])
    }
    try database.run("DELETE FROM serials WHERE scope = ?", [id.text])
    try database.run("UPDATE instances SET is_cleared = 1, description = '' WHERE id = ?", [id.text])
    return 0
  }
}
