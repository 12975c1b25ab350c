import Model
import Store

/// What `FakeRecordStore` keeps.
struct FakeRecords: Hashable, Sendable {
  struct List: Hashable, Sendable {
    var kind: DataKind
    var parent: Int64
  }

  var objects: [Int64: StoredObject] = [:]
  var lastRow: Int64 = 0
  var timestamps: [List: Int64] = [:]
  var lists: [Int64: AccessLists] = [:]
  var members: [Int64: Set<String>] = [:]
  var passwords: [Int64: String] = [:]
  var history: [Int64: [HistoryEntry]] = [:]
  var instances: [Int64: ID<Instance>] = [:]
  var indexes: [Int64: [IndexedField]] = [:]
  var references: [Int64: Set<String>] = [:]
  var relations: [Int64: Relation] = [:]
  var links: [Int64: Set<FakeLink>] = [:]
  var numbers: [Int64: Int64] = [:]

  func find(_ kind: DataKind, _ name: String, in parent: Int64) -> StoredObject? {
    objects.values.first { $0.kind == kind && $0.name == name && $0.parent == parent }
  }

  func address(ofGroup group: StoredObject) -> String {
    "/buckets/\(objects[group.parent]?.name ?? "")/groups/\(group.name)"
  }

  mutating func add(_ object: StoredObject) -> StoredObject {
    lastRow += 1
    var object = object
    object.row = lastRow
    objects[lastRow] = object
    return object
  }

  /// Takes an object and all that lies below it away.
  mutating func remove(_ row: Int64) {
    for child in objects.values where child.parent == row { remove(child.row) }
    if let object = objects[row], object.kind == .group, !object.isDeleted {
      let address = address(ofGroup: object)
      for row in lists.keys {
        lists[row] = lists[row]?.mapValues { $0.subtracting([address]) }.filter { !$0.value.isEmpty }
      }
    }
    objects[row] = nil
    lists[row] = nil
    members[row] = nil
    passwords[row] = nil
    history[row] = nil
    references[row] = nil
    for relation in relations.values where relation.first.recordClass == row || relation.second.recordClass == row {
      relations[relation.row] = nil
      links[relation.row] = nil
    }
    for relation in links.keys { links[relation] = links[relation]?.filter { $0.first != row && $0.second != row } }
    for list in timestamps.keys where list.parent == row { timestamps[list] = nil }
  }
}
