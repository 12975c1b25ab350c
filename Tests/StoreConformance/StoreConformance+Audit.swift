import Model
import Store

extension StoreConformance {
  static let auditCases: [StoreConformanceCase] = [
    StoreConformanceCase("a replay is stored together with its event, however it is stored") { fixture in
      let hook = try await fixture.deploy()
      let old = fixture.run(hook: hook)
      let key = ID<Key>(at: fixture.start)
      let replay = { (seconds: Int, status: RunStatus) in
        var run = fixture.run(seconds, hook: hook, status: status)
        run.cause = RunCause(kind: .manual, parent: old.id, key: key)
        if status.isFinal { run.endedAt = run.queuedAt }
        return run
      }
      let queued = try await fixture.store.runs.enqueue(replay(1, .queued), RunBodies())
      let recorded = try await fixture.store.runs.record(replay(2, .succeeded), RunBodies(), logs: []).run
      let claim = IdempotencyClaim(
        instance: fixture.instance.id, hook: hook.id, caller: "c", key: "k", fingerprint: [1],
        expiresAt: fixture.time(99))
      let claimed = try await fixture.store.idempotency.enqueue(
        replay(3, .queued), RunBodies(), under: claim, at: fixture.time(3), most: 9)
      let events = try await fixture.store.events.list(
        EventFilter(instance: fixture.instance.id, kind: "run"), limit: 9)
      try expectEqual(events.map(\.kind), Array(repeating: "run.replayed", count: 3))
      try expectEqual(events.map(\.subject), Array(repeating: old.id.text, count: 3))
      try expectEqual(events.map(\.actor), Array(repeating: "key:\(key)", count: 3))
      try expectEqual(events.map(\.time), [queued, recorded, claimed].map(\.queuedAt))
      try expectEqual(
        events.map(\.data), [queued, recorded, claimed].map { ["hook": "hello", "run": .string($0.id.text)] })
    },
    StoreConformanceCase("a refused replay, a retry of one and a redriven letter are no replays") { fixture in
      let hook = try await fixture.deploy()
      let letter = try await fixture.letter(1, hook: hook)
      var redriven = fixture.run(2, hook: hook)
      redriven.cause = RunCause(kind: .manual, parent: letter)
      _ = try await fixture.store.deadLetters.redrive(
        letter, as: redriven, RunBodies(), by: "key:k", at: fixture.time(2))
      var retry = fixture.run(3, hook: hook)
      retry.cause = redriven.cause
      retry.retryOf = redriven.id
      _ = try await fixture.store.runs.finish(
        redriven.id, RunEnd(status: .failed, endedAt: fixture.time(3)), bodies: nil, logs: [],
        aftermath: RunAftermath(retry: retry))
      try await expectProblem(.conflict) {
        var again = redriven
        again.cause.parent = fixture.run().id
        return try await fixture.store.runs.enqueue(again, RunBodies())
      }
      try expectEqual(
        try await fixture.eventKinds(), ["hook.deployed", "dead_letter.added", "dead_letter.redriven"])
    },
    StoreConformanceCase("what somebody ends is ended together with its event, once") { fixture in
      let run = try await fixture.store.runs.enqueue(fixture.run(), RunBodies())
      let event = Event(
        instance: fixture.instance.id, time: fixture.time(1), kind: "run.cancelled", subject: run.id.text,
        actor: "key:1")
      let failure = RunFailure(reason: "cancelled", message: "cancelled by key:1", actor: "key:1")
      for attempt in 0..<2 {
        let settlement = try await fixture.store.runs.finish(
          run.id, RunEnd(status: .cancelled, endedAt: fixture.time(1), failure: failure), bodies: nil, logs: [],
          aftermath: RunAftermath(events: [event]))
        try expectEqual(settlement == nil, attempt == 1)
      }
      try expectEqual(try await fixture.store.runs.find(run.id)?.failure, failure)
      try expectEqual(try await fixture.eventKinds(), ["run.cancelled"])
    },
  ]
}
