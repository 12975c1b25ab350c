import EventLoop
import Model
import Records
import Store
import Testing

@testable import Engine

/// Runs that triggers start for changes of records and groups, stored with them.
@LoopActor
@Suite struct ChangeTriggerTests {
  private func add(
    _ base: EngineFixture, _ hook: Hook, _ definition: TriggerDefinition, name: String
  ) async throws -> Trigger {
    try await base.store.triggers.add(
      Trigger(
        id: ID(at: base.clock.now), instance: base.instance.id, hook: hook.id, hookName: hook.name, name: name,
        definition: definition, createdAt: base.clock.now, updatedAt: base.clock.now), most: 10, by: "test",
      at: base.clock.now)
  }

  /// Writes an object of a class, or a group, as the service does, and tells the engine.
  @discardableResult
  private func write(
    _ engine: Engine, _ base: EngineFixture, _ name: String, _ data: JSONValue?, kind: DataKind = .record,
    modified: Int64, cause: RunCause? = nil, failing: Bool = false
  ) async throws -> StoredObject {
    let now = base.clock.now
    return try await base.store.records.write(bytes: 0) { transaction in
      guard let bucket = try transaction.object(.bucket, "main", in: 0) else { throw Problem(.notFound, "no bucket") }
      var parent = bucket
      if kind == .record {
        parent =
          try transaction.object(.recordClass, "scores", in: bucket.row)
          ?? transaction.insert(
            .recordClass, "scores", in: bucket.row, modified: 1, data: Array("{\"id\":\"scores\"}".utf8))
      }
      let before = try transaction.object(kind, name, in: parent.row).flatMap { $0.isDeleted ? nil : $0 }
      let bytes = (data ?? ["id": .string(name), "deleted": true]).serializedBytes
      var after: StoredObject
      var signal = ChangeSignal.update
      if let before {
        after = before
        if data == nil {
          after = try transaction.delete(before.row, modified: modified, data: bytes)
          signal = .delete
        } else {
          try transaction.replace(before.row, modified: modified, data: bytes)
          (after.modified, after.data) = (modified, bytes)
        }
      } else {
        after = try transaction.insert(kind, name, in: parent.row, modified: modified, data: bytes)
        signal = .create
      }
      try engine.changed(
        RecordChange(
          signal: signal, bucket: bucket, recordClass: kind == .record ? parent : nil, before: before, after: after,
          user: "account:ada", time: now, cause: cause), in: transaction)
      if failing { throw Problem(.invalid, "refused after all") }
      return after
    }
  }

  private func payloads(_ base: EngineFixture, of trigger: Trigger, _ count: Int) async throws -> [JSONValue] {
    while true {
      let runs = try await base.store.runs.list(
        RunFilter(instance: base.instance.id, trigger: trigger.id), cursor: nil, limit: 100
      ).items.sorted { $0.serial < $1.serial }
      guard runs.count(where: \.status.isFinal) >= count else {
        await Task.yield()
        continue
      }
      var payloads: [JSONValue] = []
      for run in runs { payloads.append(try await base.store.runs.bodies(run.id)?.payload ?? .null) }
      return payloads
    }
  }

  @Test(.timeLimit(.minutes(2))) func changesOfRecordsStartRuns() async throws {
    let base = try await EngineFixture()
    let engine = try await base.engine()
    let hook = try await base.deploy("hook")
    let all = try await add(base, hook, TriggerDefinition(source: .recordClass("scores")), name: "all")
    let high = try await add(
      base, hook,
      TriggerDefinition(
        source: .recordClass("*"), signals: [.create, .update], fields: ["points"],
        condition: TriggerCondition(new: ["points": FieldTest(minimum: 100)])), name: "high")
    _ = try await add(base, hook, TriggerDefinition(source: .recordClass("others")), name: "others")
    try await write(engine, base, "a", ["id": "a", "points": 5, "by": "x"], modified: 10)
    try await write(engine, base, "a", ["id": "a", "points": 150, "by": "x"], modified: 11)
    try await write(engine, base, "a", ["id": "a", "points": 150.0, "by": "y"], modified: 12)
    try await write(engine, base, "a", nil, modified: 13)
    let told = try await payloads(base, of: all, 4)
    #expect(told.map { $0["signal"] } == ["create", "update", "update", "delete"])
    #expect(told.map { $0["changed"] } == [["by", "points"], ["points"], ["by"], ["by", "points"]])
    #expect(told[1]["record"] == ["id": "a", "points": 150, "by": "x"])
    #expect(told[1]["previous"] == ["id": "a", "points": 5, "by": "x"])
    #expect(told[0]["previous"] == nil && told[3]["record"] == ["id": "a", "points": 150.0, "by": "y"])
    #expect(told.allSatisfy { $0["class"] == "scores" && $0["user"] == "account:ada" })
    #expect(told.allSatisfy { $0["trigger"]?["name"] == "all" })
    #expect(try await payloads(base, of: high, 1).map { $0["record"]?["points"] } == [150])
    let runs = try await base.runs()
    #expect(runs.count == 5)
    #expect(Set(runs.map(\.orderKey)).count == 2, "one record, two triggers")
    await engine.shutDown()
  }

  @Test(.timeLimit(.minutes(2))) func aChangeThatIsUndoneStartsNothing() async throws {
    let base = try await EngineFixture()
    let engine = try await base.engine()
    let hook = try await base.deploy("hook")
    let trigger = try await add(base, hook, TriggerDefinition(source: .recordClass("scores")), name: "all")
    await #expect(throws: Problem.self) {
      try await write(engine, base, "a", ["id": "a"], modified: 10, failing: true)
    }
    #expect(try await base.runs().isEmpty)
    try await write(engine, base, "b", ["id": "b"], modified: 11)
    #expect(try await payloads(base, of: trigger, 1).map { $0["record"] } == [["id": "b"]])
    await engine.shutDown()
  }

  @Test(.timeLimit(.minutes(2))) func membersOfGroupsStartRuns() async throws {
    let base = try await EngineFixture()
    let engine = try await base.engine()
    let hook = try await base.deploy("hook")
    let trigger = try await add(base, hook, TriggerDefinition(source: .group("moderators")), name: "group")
    try await write(engine, base, "moderators", ["members": ["account:ada"]], kind: .group, modified: 10)
    try await write(engine, base, "moderators", ["members": ["account:ada"], "title": "x"], kind: .group, modified: 11)
    try await write(engine, base, "moderators", ["members": [], "title": "x"], kind: .group, modified: 12)
    try await write(engine, base, "others", ["members": []], kind: .group, modified: 13)
    let told = try await payloads(base, of: trigger, 2)
    #expect(told.map { $0["signal"] } == ["create", "update"])
    #expect(told.map { $0["group"] } == ["moderators", "moderators"])
    #expect(told.last?["changed"] == ["members"])
    await engine.shutDown()
  }

  @Test(.timeLimit(.minutes(2))) func aLargePastIsLeftOutAndALoopStopped() async throws {
    let base = try await EngineFixture()
    let engine = try await base.engine()
    let hook = try await base.deploy("hook")
    let trigger = try await add(
      base, hook, TriggerDefinition(source: .recordClass("scores"), signals: [.update]), name: "all")
    let large = JSONValue.string(String(repeating: "x", count: 800_000))
    try await write(engine, base, "a", ["id": "a", "x": large], modified: 10)
    try await write(engine, base, "a", ["id": "a", "x": large, "n": 1], modified: 11)
    let told = try await payloads(base, of: trigger, 1)
    #expect(told.first?["previous"] == nil && told.first?["previous_left_out"] == true)
    #expect(told.first?["changed"] == ["n"])
    let cause = RunCause(kind: .hook, parent: ID(at: base.clock.now), depth: 9)
    try await write(engine, base, "a", ["id": "a"], modified: 12, cause: cause)
    let events = try await base.store.events.list(
      EventFilter(instance: base.instance.id, kind: "trigger.stopped"), limit: 10)
    #expect(events.map(\.subject) == [trigger.id.text])
    await engine.shutDown()
  }

  @Test(.timeLimit(.minutes(2))) func accountsStartRunsOfTheMainInstance() async throws {
    let base = try await EngineFixture()
    let engine = try await base.engine()
    let hook = try await base.deploy("hook")
    let trigger = try await add(base, hook, TriggerDefinition(source: .account), name: "accounts")
    _ = try await add(base, hook, TriggerDefinition(source: .recordClass("*")), name: "records")
    let now = base.clock.now
    try await base.store.records.write(bytes: 0) { transaction in
      let data = Array(#"{"id":"ada","password":"hush","name":"Ada"}"#.utf8)
      let account = try transaction.insert(.account, "ada", in: 0, modified: 10, data: data)
      try engine.changed(
        RecordChange(
          signal: .create, bucket: nil, recordClass: nil, before: nil, after: account, user: nil, time: now),
        in: transaction)
    }
    let told = try await payloads(base, of: trigger, 1)
    #expect(told.first?["record"] == ["id": "ada", "name": "Ada"])
    #expect(told.first?["account"] == "ada" && told.first?["changed"] == ["name"])
    #expect(told.first?["user"] == JSONValue.null)
    #expect(try await base.runs().count == 1)
    await engine.shutDown()
  }
}
