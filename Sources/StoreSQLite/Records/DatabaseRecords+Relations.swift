import GRDB
import Model
import Store

extension DatabaseRecords {
  func objects(at rows: [Int64]) throws -> [StoredObject] {
    guard !rows.isEmpty else { return [] }
    let list = NumberList(rows)
    // What lies in something that was deleted is not there.
    return try database.objects(
      """
      SELECT \(StoredObject.columns) FROM objects o
      WHERE o.row IN \(list.sql) AND o.is_deleted = 0
        AND (o.parent = 0 OR \(Database.isReachable("o.parent")))
      """, list.arguments)
  }

  func objects(_ kind: DataKind, named names: [String], in parent: Int64) throws -> [StoredObject] {
    guard !names.isEmpty else { return [] }
    return try database.objects(
      """
      SELECT \(StoredObject.columns) FROM json_each(?) n
      CROSS JOIN objects o ON o.parent = ? AND o.kind = ? AND o.name = n.value
      WHERE o.is_deleted = 0 AND (o.parent = 0 OR \(Database.isReachable("o.parent")))
      """, [JSONValue.array(Set(names).sorted().map { .string($0) }).serialized, parent, kind.rawValue])
  }

  func relations(of recordClass: Int64) throws -> [Relation] {
    try database.relations("first_class = ?1 OR second_class = ?1", [recordClass])
  }

  func classes(in bucket: Int64, referringTo target: String) throws -> [Int64] {
    try database.rows(
      "SELECT class FROM class_references WHERE bucket = ? AND target = ? ORDER BY class", [bucket, target]
    ) { try $0.next(Int64.self) }
  }

  func links(
    of relation: Int64, from end: Relation.End, at records: [Int64], limit: Int
  ) throws -> [LinkedObject] {
    guard !records.isEmpty else { return [] }
    let list = NumberList(records)
    let (from, to) = (end.column, end.other.column)
    return try database.rows(
      """
      SELECT l.\(from), o.row, o.name FROM links l CROSS JOIN objects o ON o.row = l.\(to)
      WHERE l.relation = ? AND l.\(from) IN \(list.sql) ORDER BY l.\(from), o.name LIMIT ?
      """, [relation] + list.arguments + [limit]
    ) { LinkedObject(from: try $0.next(), row: try $0.next(), name: try $0.next()) }
  }

  func hasLinks(_ relation: Int64) throws -> Bool {
    let found: Int? = try database.value("SELECT 1 FROM links WHERE relation = ? LIMIT 1", [relation])
    return found != nil
  }
}
