import EventLoop
import Model
import Store
import Testing

@testable import Engine

/// Runs that triggers start, in an engine whose every run fails to start.
@LoopActor
@Suite struct TriggerTests {
  private func add(
    _ base: EngineFixture, _ hook: Hook, _ definition: TriggerDefinition, name: String = "go"
  ) async throws -> Trigger {
    try await base.store.triggers.add(
      Trigger(
        id: ID(at: base.clock.now), instance: base.instance.id, hook: hook.id, hookName: hook.name, name: name,
        definition: definition, createdAt: base.clock.now, updatedAt: base.clock.now), most: 10, by: "test",
      at: base.clock.now)
  }

  private func change(_ engine: Engine, _ base: EngineFixture, _ number: Int64, key: String) async throws {
    let (instance, now) = (base.instance.id, base.clock.now)
    try await base.store.triggers.write(bytes: 0) { transaction in
      try engine.react(
        to: TriggeringFact(
          instance: instance, kind: .recordClass, name: "scores", signal: .update, old: ["n": 0],
          new: ["n": .int(number)], payload: ["n": .int(number)], orderKey: key, time: now), in: transaction)
    }
  }

  /// Waits until so many runs have ended.
  private func ended(_ base: EngineFixture, _ count: Int) async throws -> [Run] {
    while true {
      let runs = try await base.runs()
      if runs.count(where: \.status.isFinal) >= count { return runs }
      await Task.yield()
    }
  }

  @Test(.timeLimit(.minutes(2))) func anEventStartsWhatLooksForIt() async throws {
    let base = try await EngineFixture()
    let engine = try await base.engine()
    let hook = try await base.deploy("hook")
    let trigger = try await add(base, hook, TriggerDefinition(source: .event("report.*")))
    _ = try await add(
      base, hook,
      TriggerDefinition(
        source: .event("report.finished"), condition: TriggerCondition(new: ["ok": FieldTest(equals: true)])),
      name: "ok")
    let event = try await engine.emit(
      "report.finished", data: ["ok": false, "n": 1], in: base.instance.id, by: "key:1")
    let runs = try await ended(base, 1)
    #expect(runs.count == 1)
    #expect(runs[0].cause == RunCause(kind: .trigger, trigger: trigger.id, chain: [trigger.id]))
    #expect(runs[0].isAsynchronous && runs[0].orderKey == nil)
    let bodies = try #require(try await base.store.runs.bodies(runs[0].id))
    #expect(
      bodies.payload == [
        "signal": "event", "event": "report.finished", "data": ["ok": false, "n": 1], "sequence": .int(event.sequence),
        "user": "key:1", "time": .string(base.clock.now.rfc3339),
        "trigger": ["id": .string(trigger.id.text), "name": "go"],
      ])
    #expect(bodies.input == bodies.payload?.serializedBytes)
    _ = try await engine.emit("other.thing", data: [:], in: base.instance.id, by: "key:1")
    _ = try await engine.emit("report.finished", data: ["ok": true], in: base.instance.id, by: "key:1")
    #expect(try await ended(base, 3).count == 3)
    await engine.shutDown()
  }

  @Test(.timeLimit(.minutes(2))) func whatIsNoEventIsRefused() async throws {
    let base = try await EngineFixture()
    let engine = try await base.engine(isStarted: false)
    let before = try await base.store.events.list(instance: base.instance.id, after: 0, limit: 100).count
    let large = JSONValue.string(String(repeating: "x", count: Engine.longestEvent))
    for (kind, data, code) in [
      ("hook.deployed", [:], Problem.Code.invalid), ("a b", [:], .invalid), ("a.b", [1], .invalid),
      ("a.b", ["x": large], .tooLarge),
    ] as [(String, JSONValue, Problem.Code)] {
      let problem = await #expect(throws: Problem.self) {
        try await engine.emit(kind, data: data, in: base.instance.id, by: "key:1")
      }
      #expect(problem?.code == code)
    }
    #expect(try await base.store.events.list(instance: base.instance.id, after: 0, limit: 100).count == before)
  }

  @Test(.timeLimit(.minutes(2))) func runsOfOneRecordFollowEachOtherWithTheirAttempts() async throws {
    let base = try await EngineFixture()
    let engine = try await base.engine()
    let hook = try await base.deploy("hook", retries: RetryRule(max: 1, backoff: .seconds(60), jitter: 0))
    _ = try await add(base, hook, TriggerDefinition(source: .recordClass("scores")))
    for number in 1...3 { try await change(engine, base, Int64(number), key: "a") }
    try await change(engine, base, 4, key: "b")
    // The first of each record fails, and its next attempt waits: nothing else of record a may start.
    var runs = try await ended(base, 2)
    let ofA = try #require(runs.first { $0.serial == 1 }).orderKey
    #expect(Set(runs.filter(\.status.isFinal).map(\.orderKey)).count == 2)
    // Attempts have serial numbers too, so those of the changes are not known.
    let changes = runs.filter { $0.orderKey == ofA && $0.retryOf == nil }.map(\.serial).sorted()
    #expect(changes.count == 3)
    for round in 1...3 {
      let last = runs.first { $0.serial == changes.last }?.status
      #expect(last == (round == 3 ? .failed : .queued), "one after another")
      base.clock.advance(by: .seconds(61))
      base.alarm.ring()
      // The attempt of the one before, and the first of the next.
      runs = try await ended(base, [5, 7, 8][round - 1])
    }
    let order = runs.filter { $0.orderKey == ofA }
    #expect(order.compactMap(\.orderPlace).sorted() == changes.flatMap { [$0, $0] })
    let ends = try await base.store.events.list(
      EventFilter(instance: base.instance.id, kind: "dead_letter.added"), limit: 10)
    let places = ends.compactMap { end in order.first { $0.id.text == end.subject }?.orderPlace }
    #expect(places == changes)
    #expect(try await base.letters().count == 4)
    await engine.shutDown()
  }

  @Test(.timeLimit(.minutes(2))) func whatWaitsForItsTurnIsTakenUpAfterARestart() async throws {
    let base = try await EngineFixture()
    let first = try await base.engine(isStarted: false)
    let hook = try await base.deploy("hook")
    _ = try await add(base, hook, TriggerDefinition(source: .recordClass("scores")))
    let (instance, now) = (base.instance.id, base.clock.now)
    // Stored, and nobody is told: the server has died.
    for number in 1...4 {
      _ = try await base.store.triggers.write(bytes: 0) { transaction in
        for active in try transaction.triggers(of: instance) {
          var run = Run(
            id: ID(at: now), instance: instance, hook: hook.id, hookName: hook.name,
            bundleHash: hook.version.bundle.hash, definition: hook.version.definition,
            cause: RunCause(kind: .trigger, trigger: active.trigger.id), isAsynchronous: true, queuedAt: now)
          run.orderKey = "one"
          _ = try transaction.enqueue(run, RunBodies(payload: ["n": .int(Int64(number))]))
        }
      }
    }
    _ = first
    let engine = try await base.engine()
    let runs = try await ended(base, 4)
    #expect(runs.map(\.status) == Array(repeating: .failed, count: 4))
    await engine.shutDown()
  }

  @Test(.timeLimit(.minutes(2))) func aLoopIsStoppedAndTold() async throws {
    let base = try await EngineFixture()
    let engine = try await base.engine()
    let hook = try await base.deploy("hook")
    let trigger = try await add(base, hook, TriggerDefinition(source: .event("ping")))
    let other = ID<Trigger>(at: base.clock.now)
    let parent = ID<Run>(at: base.clock.now)
    for cause in [
      RunCause(kind: .hook, parent: parent, depth: 9, chain: []),
      RunCause(kind: .hook, parent: parent, depth: 2, chain: [trigger.id, other, trigger.id]),
    ] {
      _ = try await engine.emit("ping", data: [:], in: base.instance.id, by: "run:\(parent)", cause: cause)
    }
    #expect(try await base.runs().isEmpty)
    let events = try await base.store.events.list(
      EventFilter(instance: base.instance.id, kind: "trigger.stopped"), limit: 10)
    #expect(events.map(\.subject) == [trigger.id.text, trigger.id.text])
    #expect(events.map { $0.data["depth"] } == [9, 2])
    #expect(events.allSatisfy { $0.data["run"] == .string(parent.text) && $0.data["hook"] == "hook" })
    _ = try await engine.emit(
      "ping", data: [:], in: base.instance.id, by: "run:\(parent)",
      cause: RunCause(kind: .hook, parent: parent, depth: 8, chain: [trigger.id]))
    let runs = try await ended(base, 1)
    #expect(
      runs.map(\.cause) == [
        RunCause(
          kind: .trigger, parent: parent, trigger: trigger.id, depth: 8, chain: [trigger.id, trigger.id])
      ])
    // The words are in the hook's log.
    var messages: [LogEntry] = []
    while messages.count < 2 {
      messages = try await base.store.logs.list(LogFilter(instance: base.instance.id, hookName: "hook"), limit: 10)
      await Task.yield()
    }
    await engine.shutDown()
  }

  @Test(.timeLimit(.minutes(2))) func aRunThatTheHookDoesNotTakeIsBlocked() async throws {
    let base = try await EngineFixture()
    let engine = try await base.engine()
    let hook = try await base.deploy(
      "hook", parameters: ["properties": ["signal": ["enum": ["create"]]], "required": ["signal"]])
    _ = try await add(base, hook, TriggerDefinition(source: .event("ping")))
    _ = try await engine.emit("ping", data: [:], in: base.instance.id, by: "key:1")
    let runs = try await base.runs()
    #expect(runs.map(\.status) == [.blocked])
    #expect(runs.first?.failure?.reason == "payload")
    await engine.shutDown()
  }
}
