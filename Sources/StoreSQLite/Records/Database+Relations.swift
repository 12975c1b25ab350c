import GRDB
import Model
import Store

extension Database {
  func relations(_ condition: String, _ arguments: [(any DatabaseValueConvertible)?]) throws -> [Relation] {
    try rows(
      """
      SELECT row, first_class, first_field, first_is_many, second_class, second_field, second_is_many
      FROM relations WHERE \(condition) ORDER BY row
      """, arguments
    ) { columns in
      Relation(row: try columns.next(), first: try columns.side(), second: try columns.side())
    }
  }

  /// Takes the relations of a class that is gone out of sight, and leaves their links to be cleared away.
  func leaveRelations(of recordClass: Int64) throws {
    let isTouched = "first_class = ?1 OR second_class = ?1"
    try run(
      "INSERT OR IGNORE INTO leftovers (kind, row) SELECT 'relation', row FROM relations WHERE \(isTouched)",
      [recordClass])
    try run("DELETE FROM relations WHERE \(isTouched)", [recordClass])
    try run("DELETE FROM class_references WHERE class = ?", [recordClass])
  }

  /// Deletes the links of a record that goes.
  func deleteLinks(of record: StoredObject) throws {
    for end in ["first", "second"] {
      try run(
        """
        DELETE FROM links WHERE relation IN (SELECT row FROM relations WHERE \(end)_class = ?) AND \(end) = ?
        """, [record.parent, record.row])
    }
  }
}

extension ColumnReader {
  fileprivate mutating func side() throws -> Relation.Side {
    Relation.Side(recordClass: try next(), field: try optional(), isMany: try next())
  }
}
