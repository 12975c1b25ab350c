import Model
import Store

/// A snapshot whose answers are written down, or one that gives those that were written down.
struct RecordedSnapshot: RecordSnapshot {
  let log: SnapshotLog
  /// `nil` for one that repeats.
  let snapshot: (any RecordSnapshot)?

  private func ask<Value: Sendable>(
    _ question: String = #function, _ body: (any RecordSnapshot) throws -> Value
  ) throws -> Value {
    guard let snapshot else { return try log.recall(question) }
    return try log.record(question) { try body(snapshot) }
  }

  /// A tuple is no value that could be kept as any other.
  private struct SharedPart: Sendable {
    var row: Int64
    var object: SharedObject
  }

  func object(_ kind: DataKind, _ name: String, in parent: Int64) throws -> StoredObject? {
    try ask { try $0.object(kind, name, in: parent) }
  }

  func principals(of user: String?) throws -> PrincipalSet { try ask { try $0.principals(of: user) } }

  func grants(to principals: PrincipalSet, on rows: [Int64]) throws -> [Int64: Set<DataPermission>] {
    try ask { try $0.grants(to: principals, on: rows) }
  }

  func accessLists(of row: Int64) throws -> AccessLists { try ask { try $0.accessLists(of: row) } }

  func timestamp(of kind: DataKind, in parent: Int64) throws -> Int64? {
    try ask { try $0.timestamp(of: kind, in: parent) }
  }

  func list(_ query: ObjectQuery, limit: Int) throws -> ObjectPage { try ask { try $0.list(query, limit: limit) } }

  func count(_ query: ObjectQuery) throws -> Int64 { try ask { try $0.count(query) } }

  func shared(
    with principals: PrincipalSet, after row: Int64, limit: Int
  ) throws -> [(row: Int64, object: SharedObject)] {
    let parts = try ask { snapshot in
      try snapshot.shared(with: principals, after: row, limit: limit).map { SharedPart(row: $0.row, object: $0.object) }
    }
    return parts.map { ($0.row, $0.object) }
  }

  func passwordHash(of account: Int64) throws -> String? { try ask { try $0.passwordHash(of: account) } }

  func history(of bucket: Int64, after: Int64, readers: PrincipalSet?, limit: Int) throws -> [HistoryEntry] {
    try ask { try $0.history(of: bucket, after: after, readers: readers, limit: limit) }
  }

  func instance(of bucket: Int64) throws -> ID<Instance>? { try ask { try $0.instance(of: bucket) } }

  func objects(at rows: [Int64]) throws -> [StoredObject] { try ask { try $0.objects(at: rows) } }

  func objects(_ kind: DataKind, named names: [String], in parent: Int64) throws -> [StoredObject] {
    try ask { try $0.objects(kind, named: names, in: parent) }
  }

  func relations(of recordClass: Int64) throws -> [Relation] { try ask { try $0.relations(of: recordClass) } }

  func classes(in bucket: Int64, referringTo target: String) throws -> [Int64] {
    try ask { try $0.classes(in: bucket, referringTo: target) }
  }

  func links(of relation: Int64, from end: Relation.End, at records: [Int64], limit: Int) throws -> [LinkedObject] {
    try ask { try $0.links(of: relation, from: end, at: records, limit: limit) }
  }

  func hasLinks(_ relation: Int64) throws -> Bool { try ask { try $0.hasLinks(relation) } }
}
