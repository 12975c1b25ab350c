import GRDB
import Model
import Store

/// What deletions have left behind goes in small changes, so that no other writer waits long.
extension Database {
  /// Deletes some of it.
  ///
  /// - Returns: how many rows; 0 when nothing is left.
  func clearLeftovers(limit: Int) throws -> Int {
    var left = limit
    while left > 0 {
      let first = try rows("SELECT kind, row FROM leftovers ORDER BY kind, row LIMIT 1", []) {
        (kind: try $0.next(String.self), row: try $0.next(Int64.self))
      }.first
      guard let first else { break }
      let cleared = try clear(first.kind, first.row, limit: left)
      left -= cleared.rows
      if cleared.isLarge { break }
      guard cleared.rows == 0 else { continue }
      left -= try run("DELETE FROM leftovers WHERE kind = ? AND row = ?", [first.kind, first.row])
    }
    return limit - left
  }

  private func clear(_ kind: String, _ row: Int64, limit: Int) throws -> (rows: Int, isLarge: Bool) {
    switch kind {
    case "principal":
      return (
        try clearRows(
          [
            ("grants", "object, principal, permission", "principal = ?"),
            ("group_members", "group_row, principal", "principal = ?"),
          ], of: row, limit: limit), false
      )
    case "field":
      return (
        try clearRows([("indexed_values", "field, key, modified, object", "field = ?")], of: row, limit: limit), false
      )
    case "relation":
      return (try clearRows([("links", "relation, first, second", "relation = ?")], of: row, limit: limit), false)
    default:
      let below = try clearObjects(below: row, limit: limit)
      if below.rows > 0 { return below }
      try run(
        "INSERT OR IGNORE INTO leftovers (kind, row) SELECT 'field', row FROM indexed_fields WHERE class = ?", [row])
      try leaveRelations(of: row)
      return (
        try clearRows(
          [
            ("group_members", "group_row, principal", "group_row = ?"), ("object_lists", "parent, kind", "parent = ?"),
            ("indexed_fields", "row", "class = ?"), ("class_sequences", "class", "class = ?"),
            (
              "history_readers", "entry, principal",
              "entry IN (SELECT row FROM object_history WHERE bucket = ?)"
            ),
            ("object_history", "row", "bucket = ?"),
          ], of: row, limit: limit), false
      )
    }
  }

  /// Deletes from the first of these tables that has any such row.
  private func clearRows(
    _ tables: [(table: String, key: String, condition: String)], of row: Int64, limit: Int
  ) throws -> Int {
    for (table, key, condition) in tables {
      let count = try run(
        "DELETE FROM \(table) WHERE (\(key)) IN (SELECT \(key) FROM \(table) WHERE \(condition) LIMIT ?)",
        [row, limit])
      if count > 0 { return count }
    }
    return 0
  }

  /// Deletes objects that lay in one that is gone, and leaves what lies below them.
  private func clearObjects(below parent: Int64, limit: Int) throws -> (rows: Int, isLarge: Bool) {
    let objects = try rows(
      "SELECT row, kind, LENGTH(data) FROM objects WHERE parent = ? LIMIT ?", [parent, limit]
    ) { (row: try $0.next(Int64.self), kind: try $0.next(Int.self), bytes: try $0.next(Int64.self)) }
    var count = 0
    var bytes: Int64 = 0
    for object in objects {
      let room = limit - count
      let grants = try clearRows(
        [("grants", "object, principal, permission", "object = ?")], of: object.row, limit: room)
      count += grants
      guard grants < room else { break }
      try run("DELETE FROM objects WHERE row = ?", [object.row])
      if object.kind != DataKind.record.rawValue {
        try run("INSERT OR IGNORE INTO leftovers (kind, row) VALUES ('object', ?)", [object.row])
      }
      count += 1
      bytes += object.bytes
      if bytes >= Database.largestDeletion { return (count, true) }
      if count >= limit { break }
    }
    return (count, false)
  }
}
