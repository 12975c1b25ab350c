import GRDB
import Model
import Store

struct SQLiteRecordTransaction: DatabaseRecords, RecordTransaction, TriggerTransaction {
  let database: Database
  let connection: StoreConnection
  /// What those add who react to its changes.
  let reactions: SQLiteTriggerTransaction

  var bounds: RecordBounds { connection.recordBounds }

  func attempt<Value>(_ body: () throws -> Value) throws -> Value {
    try database.run("SAVEPOINT attempt", [])
    let actions = reactions.actions.count
    do {
      let value = try body()
      try database.run("RELEASE attempt", [])
      return value
    } catch {
      // SQLite ends the transaction by itself when the disk is full.
      guard database.isInsideTransaction else { throw error }
      try database.run("ROLLBACK TO attempt", [])
      try database.run("RELEASE attempt", [])
      reactions.forgetActions(after: actions)
      throw error
    }
  }

  func setTimestamp(of kind: DataKind, in parent: Int64, to modified: Int64) throws {
    try database.run(
      """
      INSERT INTO object_lists (parent, kind, modified) VALUES (?1, ?2, ?3)
      ON CONFLICT DO UPDATE SET modified = ?3
      """, [parent, kind.rawValue, modified])
  }

  func insert(
    _ kind: DataKind, _ name: String, in parent: Int64, modified: Int64, data: [UInt8]
  ) throws -> StoredObject {
    guard try database.admits(kind, in: parent) else {
      throw Problem(.notFound, "what it would lie in does not exist")
    }
    let object = StoredObject(row: 0, kind: kind, parent: parent, name: name, modified: modified, data: data)
    let fields = kind == .record ? try database.indexedFields(of: parent) : []
    try database.requireUnique(object, fields)
    let stored = try database.insert(object, most: bounds.listedObjects)
    try database.index(stored, fields)
    return stored
  }

  func replace(_ row: Int64, modified: Int64, data: [UInt8]) throws {
    guard var object = try database.liveObject(row) else { throw Problem.noSuchObject }
    let fields = object.kind == .record ? try database.indexedFields(of: object.parent) : []
    let former = object
    (object.modified, object.data) = (modified, data)
    try database.requireUnique(object, fields)
    try database.unindex(former, fields)
    try database.run(
      "UPDATE objects SET modified = ?, data = ? WHERE row = ?", [modified, String(decoding: data, as: UTF8.self), row])
    try database.index(object, fields)
  }

  func delete(_ row: Int64, modified: Int64, data: [UInt8]) throws -> StoredObject {
    guard let object = try database.liveObject(row) else { throw Problem.noSuchObject }
    if object.kind == .bucket, try instance(of: row) != nil {
      throw Problem(
        .conflict, "the bucket \(object.name) is an instance's",
        hint: "remove the instance, and its bucket goes with it")
    }
    return try database.delete(object, modified: modified, data: data)
  }

  func setAccessLists(of row: Int64, to lists: AccessLists) throws {
    let parent: Int64? = try database.value("SELECT parent FROM objects WHERE row = ? AND is_deleted = 0", [row])
    guard let parent else { throw Problem.noSuchObject }
    var wanted: Set<Grant> = []
    for (permission, names) in lists {
      for name in names { wanted.insert(Grant(principal: try database.principal(name), permission: permission)) }
    }
    let held = Set(
      try database.rows("SELECT principal, permission FROM grants WHERE object = ?", [row]) {
        Grant(principal: try $0.next(), permission: try $0.permission())
      })
    for grant in held.subtracting(wanted) {
      try database.run(
        "DELETE FROM grants WHERE object = ? AND principal = ? AND permission = ?",
        [row, grant.principal, grant.permission.rawValue])
    }
    for grant in wanted.subtracting(held) {
      try database.run(
        "INSERT INTO grants (object, principal, permission, parent) VALUES (?, ?, ?, ?)",
        [row, grant.principal, grant.permission.rawValue, parent])
    }
  }

  private struct Grant: Hashable {
    let principal: Int64
    let permission: DataPermission
  }

  func setMembers(of group: Int64, to members: Set<String>) throws {
    guard try database.liveObject(group)?.kind == .group else { throw Problem.noSuchObject }
    let wanted = Set(try members.map(database.principal))
    let held = Set(
      try database.rows("SELECT principal FROM group_members WHERE group_row = ?", [group]) { try $0.next(Int64.self) })
    for principal in held.subtracting(wanted) {
      try database.run("DELETE FROM group_members WHERE group_row = ? AND principal = ?", [group, principal])
    }
    for principal in wanted.subtracting(held) {
      try database.run("INSERT INTO group_members (group_row, principal) VALUES (?, ?)", [group, principal])
    }
  }

  func setPasswordHash(of account: Int64, to hash: String) throws {
    guard try database.liveObject(account)?.kind == .account else { throw Problem.noSuchObject }
    try database.run(
      "INSERT INTO password_hashes (object, hash) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET hash = ?2", [account, hash])
  }

  func tie(bucket: Int64, to instance: ID<Instance>) throws {
    guard try database.liveObject(bucket)?.kind == .bucket else { throw Problem.noSuchObject }
    let taken: Int? = try database.value(
      "SELECT 1 FROM bucket_instances WHERE bucket = ? OR instance = ?", [bucket, instance.text])
    guard taken == nil else { throw Problem(.conflict, "the bucket or the instance is tied already") }
    try database.run("INSERT INTO bucket_instances (bucket, instance) VALUES (?, ?)", [bucket, instance.text])
  }

  func enqueue(_ run: Run, _ bodies: RunBodies) throws -> Run { try reactions.enqueue(run, bodies) }

  func triggers(of instance: ID<Instance>?) throws -> [ActiveTrigger] { try reactions.triggers(of: instance) }

  func append(_ event: Event) throws -> Event { try reactions.append(event) }

  func afterCommit(_ action: @escaping @Sendable () -> Void) { reactions.afterCommit(action) }

  func flush() throws {
    let last = try timestamp(of: .bucket, in: 0) ?? 0
    for table in Self.tables { try database.execute(sql: "DELETE FROM \(table)") }
    let instances = try database.rows(
      "SELECT id, name FROM instances WHERE removed_at IS NULL ORDER BY serial", []
    ) { (id: try $0.id(Instance.self), name: try $0.next(String.self)) }
    for instance in instances {
      try database.makeBucket(of: instance.id, named: instance.name, at: Timestamp(microseconds: (last + 1) * 1000))
    }
  }

  /// All that the data side has, in an order that no reference forbids.
  private static let tables = [
    "bucket_instances", "objects", "object_lists", "grants", "group_members", "principals", "password_hashes",
    "leftovers", "links", "relations", "class_references", "indexed_values", "indexed_fields", "class_sequences",
    "history_readers", "object_history",
  ]
}

extension Problem {
  static let noSuchObject = Problem(.notFound, "there is no such object")
}
