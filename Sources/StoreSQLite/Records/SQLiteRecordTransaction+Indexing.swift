import GRDB
import Model
import Store

extension SQLiteRecordTransaction {
  func setIndexedFields(of recordClass: Int64, to fields: [IndexedField]) throws {
    guard try database.liveObject(recordClass)?.kind == .recordClass else { throw Problem.noSuchObject }
    guard fields.count <= bounds.indexedFields, Set(fields.map(\.name)).count == fields.count else {
      throw Problem(
        .invalid, "these fields cannot be indexed", field: "fields",
        rule: "at most \(bounds.indexedFields) fields, each once")
    }
    try attempt { try change(recordClass, to: fields) }
  }

  func nextNumber(of recordClass: Int64) throws -> Int64 {
    guard try database.liveObject(recordClass)?.kind == .recordClass else { throw Problem.noSuchObject }
    try database.run(
      """
      INSERT INTO class_sequences (class, last) VALUES (?, 1) ON CONFLICT DO UPDATE SET last = last + 1
      """, [recordClass])
    return try database.value("SELECT last FROM class_sequences WHERE class = ?", [recordClass]) ?? 1
  }

  private func change(_ recordClass: Int64, to fields: [IndexedField]) throws {
    let held = try database.indexedFields(of: recordClass)
    for field in held where !fields.contains(where: { $0.name == field.name && $0.isUnique == field.isUnique }) {
      try database.run("INSERT INTO leftovers (kind, row) VALUES ('field', ?)", [field.row])
      try database.run("DELETE FROM indexed_fields WHERE row = ?", [field.row])
    }
    let new = fields.filter { field in
      !held.contains { $0.name == field.name && $0.isUnique == field.isUnique }
    }
    guard !new.isEmpty else { return }
    try requireFew(in: recordClass, for: new[0])
    for field in new { try take(field, of: recordClass) }
  }

  private func requireFew(in recordClass: Int64, for field: IndexedField) throws {
    let count: Int64? = try database.value(
      "SELECT live FROM object_lists WHERE parent = ? AND kind = ?", [recordClass, DataKind.record.rawValue])
    guard count ?? 0 <= bounds.indexedRecords else {
      throw Problem(
        .tooLarge, "the class has too many records for a field to become an indexed one", field: field.name,
        rule: "at most \(bounds.indexedRecords) records")
    }
  }

  private func take(_ field: IndexedField, of recordClass: Int64) throws {
    try database.run(
      "INSERT INTO indexed_fields (class, name, is_unique) VALUES (?, ?, ?)",
      [recordClass, field.name, field.isUnique])
    let row = IndexedFieldRow(row: database.lastInsertedRowID, name: field.name, isUnique: field.isUnique)
    let cursor = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          SELECT \(StoredObject.columns) FROM objects o WHERE o.parent = ? AND o.kind = ? AND o.is_deleted = 0
          """), arguments: [recordClass, DataKind.record.rawValue])
    while let record = try cursor.next() {
      let record = try StoredObject(record)
      try database.requireUnique(record, [row])
      try database.index(record, [row])
    }
  }
}
