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

  /// To be called before the record is written: what is refused has changed nothing.
  ///
  /// - Throws: `Problem` `conflict` with the field for a value that another record has and none may share.
  func requireUnique(_ record: StoredObject, _ fields: [IndexedFieldRow]) throws {
    for field in fields where field.isUnique {
      let key = record.key(of: field.name)
      guard key != .missing, key != .null else { continue }
      guard !key.isCut else {
        throw Problem(
          .tooLarge, "the value is too long for a unique field", field: field.name,
          rule: "at most \(SortKey.longest - 2) bytes")
      }
      let taken: Int? = try value(
        "SELECT 1 FROM indexed_values WHERE field = ? AND key = ? AND object <> ? LIMIT 1",
        [field.row, Data(key.indexed), record.row])
      guard taken == nil else {
        throw Problem(.conflict, "another record has this value of \(field.name)", field: field.name)
      }
    }
  }

  func index(_ record: StoredObject, _ fields: [IndexedFieldRow]) throws {
    for field in fields {
      try run(
        "INSERT INTO indexed_values (field, key, modified, object) VALUES (?, ?, ?, ?)",
        [field.row, Data(record.key(of: field.name).indexed), record.modified, record.row])
    }
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
