import GRDB
import Model
import Store

/// What changes of objects are made of.
extension Database {
  func liveObject(_ row: Int64) throws -> StoredObject? {
    try objects("SELECT \(StoredObject.columns) FROM objects o WHERE o.row = ? AND o.is_deleted = 0", [row]).first
  }

  /// Whether an object of that kind can lie in the one with that row.
  func admits(_ kind: DataKind, in parent: Int64) throws -> Bool {
    guard let expected = kind.parent else { return parent == 0 }
    let found: Int? = try value(
      "SELECT p.kind FROM objects p WHERE p.row = ?1 AND \(Self.isReachable("?1"))", [parent])
    return found == expected.rawValue
  }

  /// Stores an object that is not there, and counts it.
  ///
  /// - Parameter most: how many its list may have, with those that were deleted.
  func insert(_ object: StoredObject, most: Int64) throws -> StoredObject {
    let list: [(any DatabaseValueConvertible)?] = [object.parent, object.kind.rawValue]
    let values = list + [object.name, object.modified, object.isDeleted, String(decoding: object.data, as: UTF8.self)]
    let insertion = """
      INSERT INTO objects (parent, kind, name, modified, is_deleted, data) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """
    if try run(insertion, values) == 0 {
      // What is left of a deleted one is forgotten.
      let forgotten = try run(
        "DELETE FROM objects WHERE parent = ? AND kind = ? AND name = ? AND is_deleted = 1", list + [object.name])
      guard forgotten == 1 else { throw Problem(.conflict, "\(object.name) exists already") }
      try run("UPDATE object_lists SET dead = dead - 1 WHERE parent = ? AND kind = ?", list)
      try run(insertion, values)
    }
    var stored = object
    stored.row = lastInsertedRowID
    let counted = try run(
      """
      INSERT INTO object_lists (parent, kind, live, dead) VALUES (?1, ?2, ?3, 1 - ?3)
      ON CONFLICT DO UPDATE SET live = live + ?3, dead = dead + 1 - ?3 WHERE live + dead < ?4
      """, list + [object.isDeleted ? 0 : 1, most])
    guard counted == 1 else {
      try run("DELETE FROM objects WHERE row = ?", [stored.row])
      throw Problem(.tooMany, "there are \(most) objects in the list already, as many as there may be")
    }
    return stored
  }

  /// Deletes an object with all that is its own, and leaves `data` in its place.
  ///
  /// - Returns: what is left.
  func delete(_ object: StoredObject, modified: Int64, data: [UInt8]) throws -> StoredObject {
    try unindex(object, object.kind == .record ? indexedFields(of: object.parent) : [])
    try run("DELETE FROM objects WHERE row = ?", [object.row])
    try run("DELETE FROM grants WHERE object = ?", [object.row])
    try run(
      "UPDATE object_lists SET live = live - 1 WHERE parent = ? AND kind = ?", [object.parent, object.kind.rawValue])
    switch object.kind {
    case .bucket:
      try killGroups(of: object.name)
      try leave(object.row)
    case .group:
      let bucket: String? = try value("SELECT name FROM objects WHERE row = ?", [object.parent])
      try killPrincipals("name = ?", [GroupAddress.of(object.name, in: bucket ?? "")])
      try leave(object.row)
    case .recordClass:
      try leaveRelations(of: object.row)
      try leave(object.row)
    case .account: try run("DELETE FROM password_hashes WHERE object = ?", [object.row])
    case .record: try deleteLinks(of: object)
    }
    var rest = object
    (rest.modified, rest.data, rest.isDeleted) = (modified, data, true)
    // It takes the place of one that was counted.
    return try insert(rest, most: .max)
  }

  /// The number of a principal, which gets one if it has none.
  func principal(_ name: String) throws -> Int64 {
    let known: Int64? = try value("SELECT row FROM principals WHERE name = ?", [name])
    if let known { return known }
    try run("INSERT INTO principals (name) VALUES (?)", [name])
    return lastInsertedRowID
  }

  /// Takes all rights from the groups of a bucket, those included that there never were.
  func killGroups(of bucket: String) throws {
    let range = GroupAddress.range(of: bucket)
    try killPrincipals("name >= ? AND name < ?", [range.lowerBound, range.upperBound])
  }

  /// Makes principals be nobody: what they were given goes to whoever gets their number, and nobody does.
  private func killPrincipals(_ condition: String, _ arguments: [(any DatabaseValueConvertible)?]) throws {
    try run(
      "INSERT INTO leftovers (kind, row) SELECT 'principal', row FROM principals WHERE \(condition)", arguments)
    try run("DELETE FROM principals WHERE \(condition)", arguments)
  }

  /// Leaves what lies below a deleted object to be cleared away.
  private func leave(_ row: Int64) throws {
    try run("DELETE FROM object_lists WHERE parent = ?", [row])
    try run("INSERT INTO leftovers (kind, row) VALUES ('object', ?)", [row])
  }
}
