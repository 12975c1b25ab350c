import Model
import Records
import Store
import Testing

/// A bucket `b` with a group `g`, a class `c` with a record `r`, and beside each of them another one, `x`, that nobody
/// shares.
struct MatrixWorld {
  let requester: Requester
  private let records: FakeRecords

  init(_ kind: DataKind, _ permission: DataPermission, _ holder: PermissionMatrixTests.Holder) {
    let principal =
      switch holder {
      case .user: "account:ada"
      case .group: "/buckets/x/groups/friends"
      case .authenticated: "system.Authenticated"
      case .everyone, .anonymousEveryone: "system.Everyone"
      case .stranger, .anonymousStranger: "account:somebody-else"
      }
    let isAnonymous = holder == .anonymousEveryone || holder == .anonymousStranger
    requester = Requester(user: isAnonymous ? nil : "account:ada", rights: [])
    records = Self.make((kind, permission, principal), tiedTo: nil)
  }

  init(requester: Requester, tiedTo instance: ID<Instance>? = nil) {
    self.requester = requester
    records = Self.make(nil, tiedTo: instance)
  }

  private static func make(
    _ grant: (DataKind, DataPermission, String)?, tiedTo instance: ID<Instance>?
  ) -> FakeRecords {
    var records = FakeRecords()
    func add(_ kind: DataKind, _ name: String, in parent: Int64, _ moment: Int64) -> Int64 {
      let data = JSONValue.object(["id": .string(name), "last_modified": .int(moment)]).serializedBytes
      let object = records.add(
        StoredObject(row: 0, kind: kind, parent: parent, name: name, modified: moment, data: data))
      let principal = name != "x" && grant?.0 == kind ? grant?.2 : nil
      records.lists[object.row] = [.write: ["account:owner"]]
      if let grant, let principal { records.lists[object.row]?[grant.1, default: []].insert(principal) }
      records.timestamps[FakeRecords.List(kind: kind, parent: parent)] = moment
      return object.row
    }
    let other = add(.bucket, "x", in: 0, 10)
    let bucket = add(.bucket, "b", in: 0, 11)
    if let instance { records.instances[bucket] = instance }
    // What it makes a member is not in the bucket that the requests go to.
    records.members[add(.group, "friends", in: other, 12)] = ["account:ada"]
    _ = add(.group, "x", in: bucket, 13)
    _ = add(.group, "g", in: bucket, 14)
    _ = add(.recordClass, "x", in: bucket, 15)
    let recordClass = add(.recordClass, "c", in: bucket, 16)
    _ = add(.record, "x", in: recordClass, 17)
    _ = add(.record, "r", in: recordClass, 18)
    return records
  }

  /// Carries the action out on a copy of the world.
  func expect(
    _ expected: MatrixOutcome, _ action: MatrixAction, _ kind: DataKind, _ who: String
  ) async throws {
    let store = FakeRecordStore(records)
    let service = RecordService(
      store: store, clock: ManualWallClock(), configuration: RecordConfiguration { "personal-\($0)" })
    var outcome = MatrixOutcome.done
    do {
      let answer = try await service.perform(request(action, kind), as: requester)
      switch answer.content {
      case .object: break
      case .page(let page): outcome = .objects(page.objects.count)
      case .count(let count): outcome = .objects(Int(count))
      }
    } catch let refusal as DataRefusal {
      switch refusal {
      case .unauthenticated: outcome = .denied(isAnonymous: true)
      case .forbidden: outcome = .denied(isAnonymous: false)
      case .notFound: outcome = .notFound
      case .preconditionFailed: outcome = .preconditionFailed
      default: Issue.record("\(who): \(action) of a \(kind): \(refusal)")
      }
      #expect(store.everything == records, "\(who): the refused \(action) of a \(kind) changed something")
    }
    #expect(outcome == expected, "\(who): \(action) of a \(kind)")
  }

  private func request(_ action: MatrixAction, _ kind: DataKind) -> DataRequest {
    let names: [DataKind: String] = [.bucket: "b", .group: "g", .recordClass: "c", .record: "r"]
    let name = names[kind] ?? ""
    var list = DataTarget(kind)
    if kind != .bucket { list.bucket = "b" }
    if kind == .record { list.recordClass = "c" }
    var target = list
    switch action {
    case .getAbsent, .putAbsent, .patchAbsent, .deleteAbsent: target.name = "absent"
    default: target.name = name
    }
    let change = DataContent.members(data: ["a": 1], lists: nil)
    switch action {
    case .get, .getAbsent: return DataRequest(.read, target)
    case .put, .putAbsent: return DataRequest(.put, target, content: .whole(data: ["a": 1], lists: nil))
    case .putIfAbsent:
      return DataRequest(.put, target, precondition: .isAbsent, content: .whole(data: ["a": 1], lists: nil))
    case .patch, .patchAbsent: return DataRequest(.change, target, content: change)
    case .delete, .deleteAbsent: return DataRequest(.delete, target)
    case .postNew: return DataRequest(.add, list, content: .whole(data: ["a": 1], lists: nil))
    case .postExisting: return DataRequest(.add, list, content: .whole(data: ["id": .string(name)], lists: nil))
    case .list: return DataRequest(.read, list)
    case .count: return DataRequest(.count, list)
    case .clear: return DataRequest(.delete, list)
    }
  }
}
