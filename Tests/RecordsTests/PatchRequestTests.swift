import Model
import Records
import Store
import Testing

@Suite struct PatchRequestTests {
  private let fixture = RecordFixture()

  private func makeRecord(_ data: [String: JSONValue]) async throws {
    try await fixture.put(.bucket())
    try await fixture.put(.recordClass())
    try await fixture.put(.record("r"), data, lists: [.read: ["account:bob"]])
  }

  @Test func membersTakeThePlaceOfThoseOfTheirName() async throws {
    try await makeRecord(["a": ["x": 1], "b": 2])
    let changed = try await fixture.change(.record("r"), .members(data: ["a": ["y": nil], "c": nil], lists: nil))
    #expect(changed.data == ["a": ["y": nil], "b": 2, "c": nil, "id": "r", "last_modified": 1_000_001])
    #expect(changed.lists == [.read: ["account:bob"], .write: ["account:ada"]])
  }

  @Test func listsAreReplacedOneByOne() async throws {
    try await makeRecord([:])
    let record = DataTarget.record("r")
    let kept = try await fixture.change(record, .members(data: nil, lists: [.read: nil]))
    #expect(kept.lists?[.read] == ["account:bob"])
    let emptied = try await fixture.change(record, .members(data: nil, lists: [.read: []]))
    #expect(emptied.lists == [.write: ["account:ada"]])
    try await fixture.change(record, .members(data: nil, lists: [.read: ["account:eve"]]))
    let merged = try await fixture.change(record, .merge(data: nil, lists: [.read: nil]))
    #expect(merged.lists == [.write: ["account:ada"]])
  }

  @Test func nobodyLocksThemselvesOut() async throws {
    try await makeRecord([:])
    let changed = try await fixture.change(.record("r"), .members(data: nil, lists: [.write: ["account:bob"]]))
    #expect(changed.lists?[.write] == ["account:ada", "account:bob"])
    let byBob = try await fixture.put(.record("r"), nil, lists: [.read: ["account:ada"]], as: fixture.bob)
    #expect(byBob.lists == [.read: ["account:ada"], .write: ["account:bob"]])
  }

  @Test func aPatchOfNothingIsRefused() async throws {
    try await makeRecord([:])
    let nothing = DataRefusal.invalid([DataFault(.body, nil, "Provide at least one of data or permissions")])
    await #expect(throws: nothing) { try await fixture.change(.record("r"), .members(data: nil, lists: nil)) }
    await #expect(throws: nothing) { try await fixture.change(.record("r"), .merge(data: nil, lists: nil)) }
    #expect(try await fixture.change(.record("r"), .members(data: [:], lists: nil)).timestamp == 1_000_001)
    #expect(try await fixture.change(.record("r"), .operations([])).timestamp == 1_000_002)
  }

  @Test func theNameStays() async throws {
    try await makeRecord([:])
    let refusal = DataRefusal.invalid([DataFault(.body, "id", "Object id does not match existing object")])
    for content: DataContent in [
      .members(data: ["id": "other"], lists: nil), .merge(data: ["id": "other"], lists: nil),
      .operations([PatchOperation(.replace, "/data/id", value: "other")]),
    ] {
      await #expect(throws: refusal) { try await fixture.change(.record("r"), content) }
    }
    await #expect(throws: refusal) { try await fixture.put(.record("r"), ["id": "other"]) }
    #expect(try await fixture.change(.record("r"), .merge(data: ["id": nil], lists: nil)).data?["id"] == "r")
  }

  @Test func operationsReachDataAndLists() async throws {
    try await makeRecord(["a": 1])
    let changed = try await fixture.change(
      .record("r"),
      .operations([
        PatchOperation(.test, "/data/a", value: 1), PatchOperation(.add, "/data/b", value: ["c"]),
        PatchOperation(.remove, "/permissions/read/account:bob"),
        PatchOperation(.add, "/permissions/read/~1buckets~1b~1groups~1g", value: "whatever"),
      ]))
    #expect(changed.data == ["a": 1, "b": ["c"], "id": "r", "last_modified": 1_000_001])
    #expect(changed.lists == [.read: ["/buckets/b/groups/g"], .write: ["account:ada"]])
    let classes = try await fixture.change(
      .recordClass(), .operations([PatchOperation(.add, "/permissions/record:create/account:bob")]))
    #expect(classes.lists?[.createRecord] == ["account:bob"])
  }

  @Test(arguments: [
    PatchOperation(.remove, "/data/b"), PatchOperation(.add, "/permissions/foo", value: [:]),
    PatchOperation(.add, "/other", value: 1), PatchOperation(.remove, "/data"),
    PatchOperation(.replace, "/permissions", value: []), PatchOperation(.replace, "/permissions/read", value: 1),
    PatchOperation(.add, "/permissions/class:create", value: ["account:ada": "account:ada"]),
    PatchOperation(.test, "/permissions/read/account:eve"), PatchOperation(.replace, "", value: [:]),
  ])
  func whatAPatchCannotDoChangesNothing(operation: PatchOperation) async throws {
    try await makeRecord(["a": 1])
    let before = fixture.store.everything
    let content = DataContent.operations([PatchOperation(.add, "/data/c", value: 1), operation])
    do {
      try await fixture.change(.record("r"), content)
      Issue.record("\(operation) was carried out")
    } catch DataRefusal.invalid(let faults) {
      #expect(!faults.isEmpty && faults.allSatisfy { $0.place == .body })
    }
    #expect(fixture.store.everything == before)
  }

  @Test func permissionsThatTheKindDoesNotGiveAreRefused() async throws {
    try await makeRecord([:])
    await #expect(throws: DataRefusal.self) {
      try await fixture.put(.record("r"), [:], lists: [.createRecord: ["account:bob"]])
    }
    await #expect(throws: DataRefusal.self) { try await fixture.put(.bucket(), [:], lists: [.createRecord: ["x"]]) }
    await #expect(throws: DataRefusal.self) { try await fixture.put(.bucket(), [:], lists: [.read: nil]) }
    await #expect(throws: DataRefusal.self) {
      try await fixture.put(.bucket(), [:], lists: [.read: (0...500).map { "account:\($0)" }])
    }
  }

  @Test func listsAreShownToThoseWhoAreNamedAsWriters() async throws {
    try await makeRecord([:])
    #expect(try await fixture.read(.record("r"), as: fixture.bob).lists == [:])
    try await fixture.add(.bucket("x").list, ["id": "x"], as: fixture.bob)
    #expect(try await fixture.read(.record("r"), as: fixture.admin).lists?[.write] == ["account:ada"])
  }
}

extension DataTarget {
  var list: DataTarget {
    var list = self
    list.name = nil
    return list
  }
}
