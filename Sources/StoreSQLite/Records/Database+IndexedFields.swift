import Foundation
import GRDB
import Model
import Store

/// A field of a class whose values are kept ready.
struct IndexedFieldRow {
  let row: Int64
  let name: String
  let isUnique: Bool
}

extension Database {
  func indexedFields(of recordClass: Int64) throws -> [IndexedFieldRow] {
    try rows("SELECT row, name, is_unique FROM indexed_fields WHERE class = ?", [recordClass]) {
      IndexedFieldRow(row: try $0.next(), name: try $0.next(), isUnique: try $0.next())
    }
  }

  func index(_ record: StoredObject) throws {
    try index(record, indexedFields(of: record.parent))
  }

  /// - Throws: `Problem` `conflict` with the field for a value that another record has and none may share.
  func index(_ record: StoredObject, _ fields: [IndexedFieldRow]) throws {
    for field in fields { try index(record, field) }
  }

  func index(_ record: StoredObject, _ field: IndexedFieldRow) throws {
    let key = record.key(of: field.name)
    let bytes = Data(key.indexed)
    if field.isUnique, key != .missing, key != .null {
      guard !key.isCut else {
        throw Problem(
          .tooLarge, "the value is too long for a unique field", field: field.name,
          rule: "at most \(SortKey.longest - 2) bytes")
      }
      let taken: Int? = try value(
        "SELECT 1 FROM indexed_values WHERE field = ? AND key = ? LIMIT 1", [field.row, bytes])
      guard taken == nil else {
        throw Problem(.conflict, "another record has this value of \(field.name)", field: field.name)
      }
    }
    try run(
      "INSERT INTO indexed_values (field, key, modified, object) VALUES (?, ?, ?, ?)",
      [field.row, bytes, record.modified, record.row])
  }

  func unindex(_ record: StoredObject, _ fields: [IndexedFieldRow]) throws {
    for field in fields {
      try run(
        "DELETE FROM indexed_values WHERE field = ? AND key = ? AND modified = ? AND object = ?",
        [field.row, Data(record.key(of: field.name).indexed), record.modified, record.row])
    }
  }
}

extension StoredObject {
  /// What a member of its data is compared by.
  func key(of member: String) -> SortKey {
    data.withUnsafeBufferPointer { bytes in
      let text = JSONText(bytes)
      return FieldPath(member.utf8).find(in: text).map { SortKey(valueAt: $0, of: text) } ?? .missing
    }
  }
}
