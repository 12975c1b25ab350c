import Foundation
import GRDB
import Model
import Store

extension DatabaseRecords {
  func history(of bucket: Int64, after: Int64, readers: PrincipalSet?, limit: Int) throws -> [HistoryEntry] {
    try Problem.validateLimit(limit, most: 10_000)
    let named = readers.map { NumberList($0.rows.isEmpty ? [0] : $0.rows) }
    let condition = named.map {
      "AND EXISTS (SELECT 1 FROM history_readers r WHERE r.entry = h.row AND r.principal IN \($0.sql))"
    }
    let found = try database.rows(
      """
      SELECT h.row, h.modified, h.id, h.action, h.time, h.user, h.kind, h.name, h.class, h.data, h.permissions
      FROM object_history h WHERE h.bucket = ? AND h.modified > ? \(condition ?? "")
        AND \(Database.isReachable("h.bucket")) ORDER BY h.modified LIMIT ?
      """, [bucket, after] + (named?.arguments ?? []) + [limit]
    ) { columns in (try columns.next(Int64.self), try HistoryEntry(&columns)) }
    return try found.map { row, entry in
      var entry = entry
      entry.readers = Set(
        try database.rows(
          "SELECT p.name FROM history_readers r JOIN principals p ON p.row = r.principal WHERE r.entry = ?", [row]
        ) { try $0.next(String.self) })
      return entry
    }
  }
}

extension SQLiteRecordTransaction {
  func appendHistory(_ entry: HistoryEntry, of bucket: Int64) throws {
    let lists = entry.permissions.map { (String($0.key.rawValue), $0.value.sorted()) }
    let permissions = try JSONEncoder().encode(Dictionary(lists) { first, _ in first })
    try database.run(
      """
      INSERT INTO object_history (bucket, modified, id, action, time, user, kind, name, class, data, permissions)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        bucket, entry.modified, entry.id, entry.action.rawValue, entry.time.microseconds, entry.user,
        entry.kind.rawValue, entry.name, entry.recordClass, String(decoding: entry.data, as: UTF8.self),
        String(decoding: permissions, as: UTF8.self),
      ])
    let row = database.lastInsertedRowID
    for reader in entry.readers {
      try database.run(
        "INSERT INTO history_readers (entry, principal) VALUES (?, ?)", [row, database.principal(reader)])
    }
  }

  func deleteHistory(of bucket: Int64, ids: Set<String>) throws -> Int {
    var count = 0
    for id in ids {
      try database.run(
        "DELETE FROM history_readers WHERE entry = (SELECT row FROM object_history WHERE bucket = ? AND id = ?)",
        [bucket, id])
      count += try database.run("DELETE FROM object_history WHERE bucket = ? AND id = ?", [bucket, id])
    }
    return count
  }
}

extension HistoryEntry {
  /// Reads all columns but who could read it.
  fileprivate init(_ columns: inout ColumnReader) throws {
    let (modified, id, action) = (
      try columns.next(Int64.self), try columns.next(String.self), try columns.word(Action.self)
    )
    let (time, user) = (try columns.time(), try columns.optional(String.self))
    guard let kind = DataKind(rawValue: try columns.next()) else {
      throw Problem(.internal, "the store holds a kind of object that this version does not know")
    }
    let (name, recordClass) = (try columns.next(String.self), try columns.optional(String.self))
    let data = try columns.next(String.self)
    let lists = try columns.optionalCoded([String: Set<String>].self) ?? [:]
    self.init(
      id: id, modified: modified, action: action, time: time, user: user, kind: kind, name: name,
      recordClass: recordClass, data: Array(data.utf8),
      permissions: AccessLists(
        uniqueKeysWithValues: lists.compactMap { number, names in
          Int(number).flatMap(DataPermission.init).map { ($0, names) }
        }), readers: [])
  }
}
