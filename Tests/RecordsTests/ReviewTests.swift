import Model
import Records
import Store
import Synchronization
import Testing

/// Changes that somebody wants to see before they are made.
@Suite struct ReviewTests {
  private func fixture(_ script: @escaping ScriptedReviewer.Script) async throws -> (RecordFixture, ScriptedReviewer) {
    let reviewer = ScriptedReviewer(script)
    let fixture = RecordFixture(reviewer: reviewer)
    try await fixture.put(.bucket())
    try await fixture.put(.recordClass())
    return (fixture, reviewer)
  }

  @Test func whatIsApprovedIsMadeOnce() async throws {
    let (fixture, reviewer) = try await fixture { _, _ in .approved(nil, by: nil) }
    let answer = try await fixture.put(.record("r"), ["n": 1])
    #expect(answer.isCreated && answer.data?["n"] == 1)
    try await fixture.change(.record("r"), .members(data: ["n": 2], lists: nil))
    try await fixture.delete(.record("r"))
    #expect(reviewer.seen.map(\.signal) == [.create, .update, .delete])
    #expect(reviewer.seen.map(\.data) == [["n": 1], ["n": 2], nil])
    #expect(reviewer.seen.map(\.id) == ["r", "r", "r"])
    #expect(reviewer.seen[0].before == nil && reviewer.seen[1].before == answer.object)
    #expect(fixture.observer.changes.suffix(3) == ["create record r", "update record r", "delete record r"])
  }

  @Test func aNewRecordHasTheIdThatWasLookedAt() async throws {
    let (fixture, reviewer) = try await fixture { _, _ in .approved(nil, by: nil) }
    let answer = try await fixture.add(.record(nil), ["n": 1])
    #expect(reviewer.seen.map(\.id) == [answer.data?["id"]])
  }

  @Test func otherDataIsHeldAgainstTheSchema() async throws {
    let (fixture, _) = try await fixture { change, _ in
      .approved(["n": change.data?["n"] == 1 ? "text" : 7, "id": "other", "last_modified": 5], by: "judge/go")
    }
    try await fixture.put(.recordClass(), ["schema": ["properties": ["n": ["type": "integer"]]]])
    let refusal = await #expect(throws: DataRefusal.self) { try await fixture.put(.record("r"), ["n": 1]) }
    guard case .invalid(let faults) = refusal else { throw Problem(.internal, "not \(String(describing: refusal))") }
    #expect(faults.map(\.name) == ["n"])
    #expect(faults.first?.text.hasPrefix("judge/go made of it") == true)
    let data = try await fixture.put(.record("r"), ["n": 2]).data
    #expect(data?["n"] == 7 && data?["id"] == "r" && data?["last_modified"] != 5)
  }

  @Test func whatIsDeclinedOrUnknownIsNotMade() async throws {
    let decline = Decline(kind: .forbidden, reviewer: "judge/go", reason: "no", field: "n", run: "1")
    let (fixture, _) = try await fixture { change, _ in
      change.data?["n"] == 1 ? .declined(decline) : .failed(Problem(.unavailable, "nobody knows"))
    }
    let before = fixture.store.everything
    await #expect(throws: DataRefusal.declined(decline)) { try await fixture.put(.record("r"), ["n": 1]) }
    let problem = await #expect(throws: Problem.self) { try await fixture.put(.record("r"), ["n": 2]) }
    #expect(problem?.code == .unavailable)
    #expect(fixture.store.everything == before)
  }

  /// Whoever changes the record while it is looked at makes what was said of it void.
  @Test(arguments: [1, 2, 3]) func whatMovedMeanwhileIsLookedAtAnew(_ moves: Int) async throws {
    let store = Mutex<FakeRecordStore?>(nil)
    let (fixture, reviewer) = try await fixture { change, count in
      guard change.signal == .update, count <= moves + 1, let row = change.before?.row else {
        return .approved(nil, by: nil)
      }
      try? store.withLock { $0 }?.change { transaction in
        try transaction.replace(
          row, modified: 2_000_000 + Int64(count),
          data: Array(#"{"id":"r","last_modified":\#(2_000_000 + count),"other":\#(count)}"#.utf8))
      }
      return .approved(nil, by: nil)
    }
    store.withLock { $0 = fixture.store }
    try await fixture.put(.record("r"), ["n": 1])
    let patch = DataContent.members(data: ["n": 2], lists: nil)
    guard moves < 3 else {
      let refusal = await #expect(throws: DataRefusal.self) { try await fixture.change(.record("r"), patch) }
      guard case .conflict = refusal else { throw Problem(.internal, "not \(String(describing: refusal))") }
      #expect(reviewer.seen.count == 4)
      return
    }
    let data = try await fixture.change(.record("r"), patch).data
    #expect(data?["n"] == 2 && data?["other"] == .int(Int64(moves + 1)))
    #expect(reviewer.seen.count == moves + 2)
    #expect(reviewer.seen.last?.data?["other"] == .int(Int64(moves + 1)))
  }

  /// Each change of a record in one transaction is looked at with what was made of it before.
  @Test func theChangesOfATransactionAreLookedAtTogether() async throws {
    let (fixture, reviewer) = try await fixture { change, _ in
      .approved((change.data ?? [:]).merging(["seen": .string(change.signal.rawValue)]) { $1 }, by: "judge/go")
    }
    let requests = [
      DataRequest(.put, .record("a"), content: .whole(data: ["n": 1], lists: nil)),
      DataRequest(.add, .record(nil), content: .whole(data: ["n": 2], lists: nil)),
      DataRequest(.change, .record("a"), content: .members(data: ["n": 3], lists: nil)),
      DataRequest(.change, .record("a"), content: .members(data: ["n": 4], lists: nil)),
      DataRequest(.change, .record("a"), content: .members(data: ["n": 5], lists: nil)),
      DataRequest(.change, .record("a"), content: .members(data: ["n": 6], lists: nil)),
    ]
    let answers = try await fixture.service.write(as: fixture.ada, bytes: 0) { session in
      try requests.map { try session.perform($0).data }
    }
    #expect(answers.map { $0?["n"] } == [1, 2, 3, 4, 5, 6])
    #expect(answers.map { $0?["seen"] } == ["create", "create", "update", "update", "update", "update"])
    let last = try #require(reviewer.seen.last)
    #expect(last.data == ["n": 6, "seen": "update"])
    #expect(try await fixture.read(.record("a")).data?["n"] == 6)
  }

  @Test func aRefusedPartOfATransactionLeavesTheOthers() async throws {
    let decline = Decline(kind: .invalid, reviewer: "judge/go", reason: "no")
    let (fixture, _) = try await fixture { change, _ in
      change.id == "b" ? .declined(decline) : .approved(nil, by: nil)
    }
    let outcomes = try await fixture.service.write(as: fixture.ada, bytes: 0) { session in
      try ["a", "b", "c"].map { name in
        do {
          _ = try session.perform(DataRequest(.put, .record(name), content: .whole(data: [:], lists: nil)))
          return "made"
        } catch let refusal as DataRefusal {
          return refusal == .declined(decline) ? "declined" : "other"
        }
      }
    }
    #expect(outcomes == ["made", "declined", "made"])
    let left = try await fixture.service.perform(DataRequest(.read, .record(nil)), as: fixture.ada).objects
    #expect(Set(left.map(\.name)) == ["a", "c"])
  }

  @Test func tooManyAreRefused() async throws {
    let (fixture, reviewer) = try await fixture { _, _ in .approved(nil, by: nil) }
    for count in [100, 101] {
      let write: @Sendable (RecordSession) throws -> Int = { session in
        for number in 0..<count {
          _ = try session.perform(
            DataRequest(.put, .record("r\(count)-\(number)"), content: .whole(data: [:], lists: nil)))
        }
        return count
      }
      guard count > 100 else {
        #expect(try await fixture.service.write(as: fixture.ada, bytes: 0, write) == count)
        continue
      }
      let problem = await #expect(throws: Problem.self) {
        try await fixture.service.write(as: fixture.ada, bytes: 0, write)
      }
      #expect(problem?.code == .tooLarge)
    }
    #expect(reviewer.seen.count == 100)
  }
}
