import GRDB
import Model
import Store

extension SQLiteRecordTransaction {
  func setReferences(of recordClass: Int64, to targets: Set<String>) throws {
    guard let object = try database.liveObject(recordClass), object.kind == .recordClass else {
      throw Problem.noSuchObject
    }
    try database.run("DELETE FROM class_references WHERE class = ?", [recordClass])
    for target in targets {
      try database.run(
        "INSERT INTO class_references (bucket, target, class) VALUES (?, ?, ?)", [object.parent, target, recordClass])
    }
  }

  func addRelation(_ relation: Relation) throws -> Relation {
    for side in [relation.first, relation.second] {
      guard try database.liveObject(side.recordClass)?.kind == .recordClass else { throw Problem.noSuchObject }
      let taken: Int? = try database.value(
        """
        SELECT 1 FROM relations
        WHERE (first_class = ?1 AND first_field = ?2) OR (second_class = ?1 AND second_field = ?2)
        """, [side.recordClass, side.field])
      guard taken == nil else {
        throw Problem(.conflict, "the field shows another relation", field: side.field)
      }
    }
    let sides = [relation.first, relation.second]
    try database.run(
      """
      INSERT INTO relations (first_class, first_field, first_is_many, second_class, second_field, second_is_many)
      VALUES (?, ?, ?, ?, ?, ?)
      """, sides.flatMap { [$0.recordClass, $0.field, $0.isMany] as [(any DatabaseValueConvertible)?] })
    var relation = relation
    relation.row = database.lastInsertedRowID
    return relation
  }

  func removeRelation(_ row: Int64) throws {
    guard try database.run("DELETE FROM relations WHERE row = ?", [row]) == 1 else { throw Problem.noSuchRelation }
    try database.run("INSERT OR IGNORE INTO leftovers (kind, row) VALUES ('relation', ?)", [row])
  }

  func link(_ relation: Int64, _ first: Int64, _ second: Int64) throws {
    let found = try database.relations("row = ?", [relation])
    guard let relation = found.first else { throw Problem.noSuchRelation }
    for (record, side) in [(first, relation.first), (second, relation.second)] {
      guard let object = try database.liveObject(record), object.kind == .record, object.parent == side.recordClass
      else { throw Problem.noSuchObject }
    }
    try insertLink(relation, first, second)
    if relation.isSymmetric, first != second { try insertLink(relation, second, first) }
  }

  private func insertLink(_ relation: Relation, _ first: Int64, _ second: Int64) throws {
    // A record that is linked and may be so only once is no mistake of the store's.
    let added = try database.run(
      """
      INSERT INTO links (relation, first, second, first_is_many, second_is_many) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """, [relation.row, first, second, relation.first.isMany, relation.second.isMany])
    guard added == 1 else {
      throw Problem(
        .conflict, "the records are linked already, or one of them is to another one and may only be to one")
    }
  }

  func unlink(_ relation: Int64, _ first: Int64, _ second: Int64) throws {
    let found = try database.relations("row = ?", [relation])
    guard let relation = found.first else { throw Problem.noSuchRelation }
    let delete = "DELETE FROM links WHERE relation = ? AND first = ? AND second = ?"
    guard try database.run(delete, [relation.row, first, second]) == 1 else {
      throw Problem(.notFound, "the records are not linked")
    }
    if relation.isSymmetric, first != second { try database.run(delete, [relation.row, second, first]) }
  }
}

extension Problem {
  static let noSuchRelation = Problem(.notFound, "there is no such relation")
}
