import Model
import Records
import Store
import Synchronization
import Testing

/// Fields that hooks compute, take apart and guard.
@Suite struct ComputedFieldTests {
  private static let fields: JSONValue = [
    ["name": "n", "type": "integer"], ["name": "m", "type": "integer"],
    ["name": "twice", "calc": ["get": "double", "set": "halve"]],
    ["name": "state", "type": "string", "writable": ["hook": "guard"]],
  ]

  private func fixture(
    _ fields: JSONValue, order: String? = nil,
    _ script: @escaping @Sendable (FieldQuestion) async -> FieldAnswer
  ) async throws -> (RecordFixture, ScriptedFieldHooks) {
    let hooks = ScriptedFieldHooks(script)
    let fixture = RecordFixture(fieldHooks: hooks)
    try await fixture.put(.bucket())
    var data: [String: JSONValue] = ["fields": fields]
    if let order { data["calc_order"] = .string(order) }
    try await fixture.put(.recordClass(), data)
    try fixture.store.change { transaction in
      let bucket = try #require(try transaction.object(.bucket, "b", in: 0))
      try transaction.tie(bucket: bucket.row, to: ID(at: Timestamp(microseconds: 1)))
    }
    return (fixture, hooks)
  }

  /// Values that are twice `n`; a value that is written is halved.
  private static let doubling: @Sendable (FieldQuestion) async -> FieldAnswer = { question in
    switch question.kind {
    case .values(let records): .values(records.map { .int(2 * ($0["n"]?.intValue ?? 0)) })
    case .patch(_, let value): .patch(["n": .int((value.intValue ?? 0) / 2)])
    case .admission(_, let value):
      value == "no" ? .declined(Decline(kind: .invalid, reviewer: "guard", reason: "no")) : .admitted
    }
  }

  @Test func allRecordsOfAnAnswerAreAskedForAtOnce() async throws {
    let (fixture, hooks) = try await fixture(Self.fields, Self.doubling)
    for number in 1...3 { try await fixture.put(.record("r\(number)"), ["n": .int(Int64(number))]) }
    let list = DataRequest(.read, .record(nil), selection: DataSelection(order: [FieldOrder(.id)]))
    let shown = try await fixture.service.perform(list, as: fixture.ada).objects
    #expect(try shown.map { try JSONValue(parsing: $0.data)["twice"] } == [2, 4, 6])
    #expect(hooks.asked.count == 1)
    var some = list
    some.selection.shown = ["n"]
    _ = try await fixture.service.perform(some, as: fixture.ada)
    #expect(hooks.asked.count == 1, "nobody asked for it")
    #expect(try await fixture.read(.record("r2")).data?["twice"] == 4)
    #expect(try await fixture.put(.record("r2"), ["n": 5]).data?["twice"] == nil)
  }

  @Test func manyRecordsAreAskedForInParts() async throws {
    let (fixture, hooks) = try await fixture(Self.fields, Self.doubling)
    for number in 0..<1001 { try await fixture.put(.record("r\(number)"), ["n": .int(Int64(number))]) }
    let answer = try await fixture.service.perform(DataRequest(.read, .record(nil)), as: fixture.ada)
    #expect(answer.objects.count == 1001)
    for object in answer.objects {
      let data = try JSONValue(parsing: object.data)
      #expect(data["twice"]?.intValue == (data["n"]?.intValue ?? -1) * 2)
    }
    #expect(hooks.asked.count == 2)
  }

  /// What is shown is one state, whatever happens while hooks work.
  @Test func aChangeMeanwhileIsNotSeen() async throws {
    let store = Mutex<FakeRecordStore?>(nil)
    let (fixture, _) = try await fixture(Self.fields) { question in
      try? store.withLock { $0 }?.change { transaction in
        let bucket = try transaction.object(.bucket, "b", in: 0)
        let parent = try transaction.object(.recordClass, "c", in: bucket?.row ?? 0)
        guard let record = try transaction.object(.record, "r", in: parent?.row ?? 0) else { return }
        try transaction.replace(record.row, modified: 9_000_000, data: Array(#"{"id":"r","n":50}"#.utf8))
      }
      return await Self.doubling(question)
    }
    try await fixture.put(.record("r"), ["n": 1])
    store.withLock { $0 = fixture.store }
    let data = try await fixture.read(.record("r")).data
    #expect(data?["n"] == 1 && data?["twice"] == 2)
  }

  @Test func whatFailsIsAnError() async throws {
    let (fixture, _) = try await fixture(Self.fields) { _ in .failed(Problem(.unavailable, "broken")) }
    try await fixture.put(.record("r"), ["n": 1])
    let problem = await #expect(throws: Problem.self) { try await fixture.read(.record("r")) }
    #expect(problem?.message == "broken")
    let before = fixture.store.everything
    await #expect(throws: Problem.self) { try await fixture.put(.record("r"), ["twice": 4]) }
    #expect(fixture.store.everything == before)
  }

  @Test func settersTakeValuesApart() async throws {
    let (fixture, _) = try await fixture(Self.fields, Self.doubling)
    #expect(try await fixture.put(.record("r"), ["twice": 8, "m": 1]).data?["n"] == 4)
    #expect(try await fixture.change(.record("r"), .members(data: ["twice": 10], lists: nil)).data?["n"] == 5)
    for data: [String: JSONValue] in [["twice": 10, "n": 1], ["n": 5, "twice": 10]] {
      let refusal = await #expect(throws: DataRefusal.self) { try await fixture.put(.record("s"), data) }
      guard case .conflict = refusal else { throw Problem(.internal, "not \(String(describing: refusal))") }
    }
    let patch = DataContent.members(data: ["n": 1, "twice": 10], lists: nil)
    await #expect(throws: DataRefusal.self) { try await fixture.change(.record("r"), patch) }
  }

  @Test func theLaterDeclarationMayWin() async throws {
    let (fixture, _) = try await fixture(Self.fields, order: "declared", Self.doubling)
    #expect(try await fixture.put(.record("r"), ["twice": 8, "n": 1]).data?["n"] == 4)
    let (turned, _) = try await self.fixture(
      [["name": "twice", "calc": ["get": "double", "set": "halve"]], ["name": "n", "type": "integer"]],
      order: "declared", Self.doubling)
    #expect(try await turned.put(.record("r"), ["twice": 8, "n": 1]).data?["n"] == 1)
  }

  @Test func aHookGuardsAField() async throws {
    let (fixture, hooks) = try await fixture(Self.fields, Self.doubling)
    try await fixture.put(.record("r"), ["state": "no"])
    #expect(hooks.asked.isEmpty, "of a new record it may be anything")
    #expect(try await fixture.put(.record("r"), ["state": "yes"]).data?["state"] == "yes")
    let patch = DataContent.members(data: ["state": "no"], lists: nil)
    await #expect(throws: DataRefusal.self) { try await fixture.change(.record("r"), patch) }
    let asked = hooks.asked.count
    try await fixture.change(.record("r"), .members(data: ["n": 1, "state": "yes"], lists: nil))
    #expect(hooks.asked.count == asked)
  }

  @Test func aBucketWithoutHooksSaysSo() async throws {
    let fixture = RecordFixture(fieldHooks: ScriptedFieldHooks(Self.doubling))
    try await fixture.put(.bucket())
    try await fixture.put(.recordClass(), ["fields": Self.fields])
    try await fixture.put(.record("r"), ["n": 1])
    let problem = await #expect(throws: Problem.self) { try await fixture.read(.record("r")) }
    #expect(problem?.code == .unavailable)
  }
}
