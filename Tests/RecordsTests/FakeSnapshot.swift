import Model
import Store

/// One state of a `FakeRecordStore`, and what changes it.
final class FakeSnapshot: RecordTransaction {
  var records: FakeRecords
  private(set) var questions = 0

  func count() { questions += 1 }

  init(_ records: FakeRecords) {
    self.records = records
  }

  func attempt<Value>(_ body: () throws -> Value) throws -> Value {
    let before = records
    do {
      return try body()
    } catch {
      records = before
      throw error
    }
  }

  func object(_ kind: DataKind, _ name: String, in parent: Int64) throws -> StoredObject? {
    count()
    return records.find(kind, name, in: parent)
  }

  func principals(of user: String?) throws -> PrincipalSet {
    guard let user else { return PrincipalSet(names: ["system.Everyone"], rows: []) }
    let groups = records.members.filter { $0.value.contains(user) || $0.value.contains("system.Authenticated") }
    let addresses = groups.keys.compactMap { records.objects[$0] }.map { records.address(ofGroup: $0) }
    return PrincipalSet(names: ["system.Everyone", "system.Authenticated", user] + addresses.sorted(), rows: [])
  }

  func grants(to principals: PrincipalSet, on rows: [Int64]) throws -> [Int64: Set<DataPermission>] {
    count()
    var grants: [Int64: Set<DataPermission>] = [:]
    for row in rows {
      let given = (records.lists[row] ?? [:]).filter { !$0.value.isDisjoint(with: principals.names) }
      if !given.isEmpty { grants[row] = Set(given.keys) }
    }
    return grants
  }

  func accessLists(of row: Int64) throws -> AccessLists { records.lists[row] ?? [:] }

  func timestamp(of kind: DataKind, in parent: Int64) throws -> Int64? {
    records.timestamps[FakeRecords.List(kind: kind, parent: parent)]
  }

  /// Knows equality and bounds of moments as filters, and the order by moment or name.
  func list(_ query: ObjectQuery, limit: Int) throws -> ObjectPage {
    count()
    var objects = try found(query)
    let isDescending = query.order.first?.isDescending ?? false
    objects.sort {
      let isBefore = ($0.modified, $0.name) < ($1.modified, $1.name)
      return isDescending ? !isBefore : isBefore
    }
    if case .int(let after)? = query.after?.first ?? nil {
      objects.removeAll { isDescending ? $0.modified >= after : $0.modified <= after }
    }
    let page = Array(objects.prefix(limit))
    guard page.count < objects.count, let last = page.last else { return ObjectPage(objects: page, next: nil) }
    return ObjectPage(objects: page, next: [.int(last.modified), .string(last.name)])
  }

  func count(_ query: ObjectQuery) throws -> Int64 { Int64(try found(query).count { !$0.isDeleted }) }

  private func found(_ query: ObjectQuery) throws -> [StoredObject] {
    try records.objects.values.filter { object in
      guard object.kind == query.kind, object.parent == query.parent else { return false }
      guard query.includesDeleted || !object.isDeleted else { return false }
      if case .shared(let principals, let permissions) = query.visibility {
        guard try grants(to: principals, on: [object.row])[object.row]?.isDisjoint(with: permissions) == false else {
          return false
        }
      }
      let data = try JSONValue(parsing: object.data)
      return query.filters.allSatisfy { filter in
        switch (filter.field, filter.test) {
        case (.id, .equal(let value)): data["id"] == value
        case (.modified, .greater(.int(let bound))): object.modified > bound
        case (.member(let name), .equal(let value)): data[name] == value
        default: false
        }
      }
    }
  }

  func shared(
    with principals: PrincipalSet, after row: Int64, limit: Int
  ) throws -> [(row: Int64, object: SharedObject)] {
    try records.objects.values.sorted { $0.row < $1.row }.filter { $0.row > row }.compactMap { object in
      guard let given = try grants(to: principals, on: [object.row])[object.row] else { return nil }
      let above = records.objects[object.parent]
      let top = above.flatMap { records.objects[$0.parent] }
      return (
        object.row,
        SharedObject(
          kind: object.kind, name: object.name, bucket: object.kind == .record ? top?.name : above?.name,
          recordClass: object.kind == .record ? above?.name : nil, permissions: given)
      )
    }.prefix(limit).map { $0 }
  }

  func passwordHash(of account: Int64) throws -> String? { records.passwords[account] }

  func history(of bucket: Int64, after: Int64, readers: PrincipalSet?, limit: Int) throws -> [HistoryEntry] {
    (records.history[bucket] ?? []).filter { entry in
      entry.modified > after && (readers.map { !entry.readers.isDisjoint(with: $0.names) } ?? true)
    }.prefix(limit).map { $0 }
  }

  func instance(of bucket: Int64) throws -> ID<Instance>? { records.instances[bucket] }
}

extension FakeSnapshot {
  func setTimestamp(of kind: DataKind, in parent: Int64, to modified: Int64) throws {
    records.timestamps[FakeRecords.List(kind: kind, parent: parent)] = modified
  }

  func insert(_ kind: DataKind, _ name: String, in parent: Int64, modified: Int64, data: [UInt8]) throws -> StoredObject
  {
    if let former = records.find(kind, name, in: parent) {
      guard former.isDeleted else { throw Problem(.conflict, "it is there", field: "name") }
      records.remove(former.row)
    }
    return records.add(
      StoredObject(row: 0, kind: kind, parent: parent, name: name, modified: modified, data: data))
  }

  func replace(_ row: Int64, modified: Int64, data: [UInt8]) throws {
    records.objects[row]?.modified = modified
    records.objects[row]?.data = data
  }

  func delete(_ row: Int64, modified: Int64, data: [UInt8]) throws -> StoredObject {
    guard var object = records.objects[row] else { throw Problem(.notFound, "there is no such object") }
    guard records.instances[row] == nil else { throw Problem(.conflict, "it is an instance's") }
    records.remove(row)
    object.modified = modified
    object.data = data
    object.isDeleted = true
    return records.add(object)
  }

  func setAccessLists(of row: Int64, to lists: AccessLists) throws { records.lists[row] = lists }

  func setMembers(of group: Int64, to members: Set<String>) throws { records.members[group] = members }

  func setPasswordHash(of account: Int64, to hash: String) throws { records.passwords[account] = hash }

  func setIndexedFields(of recordClass: Int64, to fields: [IndexedField]) throws {
    records.indexes[recordClass] = fields
  }

  func nextNumber(of recordClass: Int64) throws -> Int64 {
    records.numbers[recordClass, default: 0] += 1
    return records.numbers[recordClass] ?? 0
  }

  func appendHistory(_ entry: HistoryEntry, of bucket: Int64) throws {
    records.history[bucket, default: []].append(entry)
  }

  func deleteHistory(of bucket: Int64, ids: Set<String>) throws -> Int {
    let before = records.history[bucket]?.count ?? 0
    records.history[bucket]?.removeAll { ids.contains($0.id) }
    return before - (records.history[bucket]?.count ?? 0)
  }

  func tie(bucket: Int64, to instance: ID<Instance>) throws { records.instances[bucket] = instance }

  func enqueue(_ run: Run, _ bodies: RunBodies) throws -> Run { run }

  func flush() throws { records = FakeRecords() }
}
