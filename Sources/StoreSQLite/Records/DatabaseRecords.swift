import GRDB
import Model
import Store

/// What can be read of the data side, for whatever reads it and for whatever changes it too.
protocol DatabaseRecords: RecordSnapshot {
  var database: Database { get }
  var bounds: RecordBounds { get }
}

extension DatabaseRecords {
  func object(_ kind: DataKind, _ name: String, in parent: Int64) throws -> StoredObject? {
    try database.objects(
      """
      SELECT \(StoredObject.columns) FROM objects o
      WHERE o.parent = ?1 AND o.kind = ?2 AND o.name = ?3 AND (?1 = 0 OR \(Database.isReachable("?1")))
      """, [parent, kind.rawValue, name]
    ).first
  }

  func timestamp(of kind: DataKind, in parent: Int64) throws -> Int64? {
    try database.value("SELECT modified FROM object_lists WHERE parent = ? AND kind = ?", [parent, kind.rawValue])
  }

  func passwordHash(of account: Int64) throws -> String? {
    try database.value("SELECT hash FROM password_hashes WHERE object = ?", [account])
  }

  func instance(of bucket: Int64) throws -> ID<Instance>? {
    try database.rows("SELECT instance FROM bucket_instances WHERE bucket = ?", [bucket]) { try $0.id(Instance.self) }
      .first
  }
}

extension Database {
  /// The condition that the object with that row is there, and what it lies in.
  static func isReachable(_ row: String) -> String {
    """
    EXISTS (
      SELECT 1 FROM objects p WHERE p.row = \(row) AND p.is_deleted = 0
        AND (p.parent = 0 OR EXISTS (SELECT 1 FROM objects g WHERE g.row = p.parent AND g.is_deleted = 0)))
    """
  }

  /// All rows of a statement that begins with `StoredObject.columns`.
  func objects(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?]) throws -> [StoredObject] {
    let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: StatementArguments(arguments))
    var objects: [StoredObject] = []
    while let row = try cursor.next() { objects.append(try StoredObject(row)) }
    return objects
  }
}

extension StoredObject {
  /// The columns that `init(_:)` reads, of `objects` as `o`.
  static let columns = "o.row, o.kind, o.parent, o.name, o.modified, o.is_deleted, o.data"

  init(_ row: Row) throws {
    guard let kind = DataKind(rawValue: row[1]) else {
      throw Problem(.internal, "the store holds a kind of object that this version does not know")
    }
    self.init(
      row: row[0], kind: kind, parent: row[2], name: row[3], modified: row[4],
      data: try row.withUnsafeData(atIndex: 6) { $0.map(Array.init) ?? [] }, isDeleted: row[5])
  }
}
