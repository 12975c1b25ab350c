import Model
import Records
import Store

/// A service on a store in memory, and short ways to ask it.
struct RecordFixture {
  let store = FakeRecordStore()
  let clock = ManualWallClock(now: Timestamp(microseconds: 1_000_000_000))
  let observer = ObserverLog()
  let service: RecordService

  /// What the clock says at first, in milliseconds.
  static let start: Int64 = 1_000_000

  init(
    reviewer: (any ChangeReviewer)? = nil, fieldHooks: (any FieldHooks)? = nil,
    _ adjust: (inout RecordConfiguration) -> Void = { _ in }
  ) {
    var configuration = RecordConfiguration { "personal-" + $0.replacing(":", with: "-") }
    adjust(&configuration)
    service = RecordService(
      store: store, clock: clock, configuration: configuration, observer: observer, reviewer: reviewer,
      fieldHooks: fieldHooks)
  }

  var ada: Requester { service.requester(named: "account:ada") }
  var bob: Requester { service.requester(named: "account:bob") }
  var nobody: Requester { service.anonymous }
  let admin = Requester(user: "key:admin", rights: .everything)

  @discardableResult
  func put(
    _ target: DataTarget, _ data: [String: JSONValue]? = [:], lists: DataContent.Lists? = nil,
    _ precondition: Precondition? = nil, as requester: Requester? = nil
  ) async throws -> DataAnswer {
    try await service.perform(
      DataRequest(.put, target, precondition: precondition, content: .whole(data: data, lists: lists)),
      as: requester ?? ada)
  }

  func read(_ target: DataTarget, _ precondition: Precondition? = nil, as requester: Requester? = nil) async throws
    -> DataAnswer
  {
    try await service.perform(DataRequest(.read, target, precondition: precondition), as: requester ?? ada)
  }

  @discardableResult
  func add(_ target: DataTarget, _ data: [String: JSONValue]? = [:], as requester: Requester? = nil) async throws
    -> DataAnswer
  {
    try await service.perform(
      DataRequest(.add, target, content: .whole(data: data, lists: nil)), as: requester ?? ada)
  }

  @discardableResult
  func change(_ target: DataTarget, _ content: DataContent, as requester: Requester? = nil) async throws -> DataAnswer {
    try await service.perform(DataRequest(.change, target, content: content), as: requester ?? ada)
  }

  @discardableResult
  func delete(_ target: DataTarget, as requester: Requester? = nil) async throws -> DataAnswer {
    try await service.perform(DataRequest(.delete, target), as: requester ?? ada)
  }
}

extension DataTarget {
  static let buckets = DataTarget(.bucket)
  static func bucket(_ name: String = "b") -> DataTarget { DataTarget(.bucket, name: name) }
  static func group(_ name: String?) -> DataTarget { DataTarget(.group, bucket: "b", name: name) }
  static func recordClass(_ name: String? = "c") -> DataTarget { DataTarget(.recordClass, bucket: "b", name: name) }
  static func record(_ name: String?) -> DataTarget {
    DataTarget(.record, bucket: "b", recordClass: "c", name: name)
  }
  static func account(_ name: String?) -> DataTarget { DataTarget(.account, name: name) }
}

extension DataAnswer {
  var object: StoredObject? {
    if case .object(let object, _) = content { object } else { nil }
  }

  var lists: AccessLists? {
    if case .object(_, let lists) = content { lists } else { nil }
  }

  var objects: [StoredObject] {
    if case .page(let page) = content { page.objects } else { [] }
  }

  var data: JSONValue? { object.flatMap { try? JSONValue(parsing: $0.data) } }
}
