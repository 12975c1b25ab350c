import Model
import Store

extension StoreConformance {
  static let retryCases: [StoreConformanceCase] = [
    StoreConformanceCase("the next attempt is queued with the failed one's end, or not at all") { fixture in
      let hook = try await fixture.deploy()
      let runs = fixture.store.runs
      let first = try await runs.enqueue(fixture.run(hook: hook), StoreFixture.fullBodies)
      _ = try await runs.start(first.id, host: fixture.host, at: fixture.time(1))
      let retry = fixture.retry(of: first, 2, at: 9)
      let letterOnly = RunAftermath(retry: retry, isDeadLetter: true)
      let end = RunEnd(status: .failed, endedAt: fixture.time(2))
      let cut = RunBodies(payload: "cut", input: [7], isInputCut: true)
      let settlement = try require(
        try await runs.finish(first.id, end, bodies: cut, logs: [], aftermath: letterOnly), "it has not ended before")
      try expectEqual(settlement.queued.map(\.id), [retry.id])
      let stored = try require(try await runs.find(retry.id), "the retry is there")
      try expectEqual([stored], settlement.queued)
      try expectEqual(stored.retryOf, first.id)
      try expectEqual(stored.notBefore, fixture.time(9))
      // What it gets is what the failed one was queued with, whatever was recorded at its end.
      try expectEqual(
        try await runs.bodies(retry.id),
        RunBodies(
          payload: StoreFixture.fullBodies.payload, input: StoreFixture.fullBodies.input, isInputCut: true))
      try expectEqual(try await fixture.store.deadLetters.find(first.id), nil)
      let again = try await runs.finish(
        first.id, end, bodies: nil, logs: [], aftermath: RunAftermath(retry: fixture.retry(of: first, 3, at: 9)))
      try expectEqual(again, nil)
      try expectEqual(try await runs.attempts(of: first.id).map(\.id), [first.id, retry.id])
      try expectEqual(try await runs.attempts(of: retry.id).map(\.id), [retry.id])
    },
    StoreConformanceCase("a last failure queues a report, makes a letter and records its events together") { fixture in
      let hook = try await fixture.deploy()
      let first = try await fixture.store.runs.enqueue(fixture.run(hook: hook), StoreFixture.fullBodies)
      let report = RunAftermath.Report(run: fixture.run(3, hook: hook), bodies: RunBodies(payload: ["a": 1]))
      let event = Event(instance: fixture.instance.id, time: fixture.time(2), kind: "x.y", actor: "host")
      let settlement = try await fixture.store.runs.finish(
        first.id, RunEnd(status: .timedOut, endedAt: fixture.time(2)), bodies: nil, logs: [],
        aftermath: RunAftermath(report: report, isDeadLetter: true, events: [event]))
      try expectEqual(settlement?.queued.map(\.id), [report.run.id])
      try expectEqual(try await fixture.store.runs.bodies(report.run.id), report.bodies)
      let letter = try require(try await fixture.store.deadLetters.find(first.id), "the letter is there")
      try expectEqual(letter.run.status, .timedOut)
      try expectEqual(letter.diedAt, fixture.time(2))
      try expectEqual(
        try await fixture.eventKinds(), ["hook.deployed", "dead_letter.added", "x.y"])
      var sync = fixture.run(4, hook: hook, status: .failed, isAsynchronous: false)
      sync.endedAt = fixture.time(5)
      let recorded = try await fixture.store.runs.record(
        sync, StoreFixture.fullBodies, logs: [],
        aftermath: RunAftermath(
          report: .init(run: fixture.run(6, hook: hook), bodies: RunBodies()), isDeadLetter: true))
      try expectEqual(recorded.settlement.queued.count, 1)
      try expectEqual(try await fixture.store.deadLetters.find(sync.id)?.diedAt, fixture.time(5))
      let refused = RunAftermath(
        report: .init(run: fixture.run(8, in: ID(at: fixture.start)), bodies: RunBodies()), isDeadLetter: true)
      let other = try await fixture.store.runs.enqueue(fixture.run(7), RunBodies())
      try await expectProblem(.notFound) {
        try await fixture.store.runs.finish(
          other.id, RunEnd(status: .failed, endedAt: fixture.time(9)), bodies: nil, logs: [], aftermath: refused)
      }
      try expectEqual(try await fixture.store.runs.find(other.id)?.status, .queued)
      try expectEqual(try await fixture.store.deadLetters.find(other.id), nil)
    },
    StoreConformanceCase("where too many runs of a hook are queued, the last attempt has failed") { fixture in
      let hook = try await fixture.deploy()
      let runs = fixture.store.runs
      let first = try await runs.enqueue(fixture.run(hook: hook), RunBodies())
      let second = try await runs.enqueue(fixture.run(1, hook: hook), RunBodies())
      _ = try await runs.start(first.id, host: fixture.host, at: fixture.time(1))
      let aftermath = RunAftermath(
        retry: fixture.retry(of: first, 2, at: 9),
        report: .init(run: fixture.run(3, hook: hook), bodies: RunBodies()), isDeadLetter: true, mostQueued: 1)
      let settlement = try require(
        try await runs.finish(
          first.id, RunEnd(status: .failed, endedAt: fixture.time(2)), bodies: nil, logs: [], aftermath: aftermath),
        "it has not ended before")
      try expectEqual(settlement.queued, [])
      try expectEqual(settlement.refusals.map(\.kind), ["run.retry_refused", "run.on_failure_refused"])
      try expect(try await fixture.store.deadLetters.find(first.id) != nil, "it is a dead letter")
      try expectEqual(try await runs.queued(limit: 10).map(\.run.id), [second.id])
      try expectEqual(
        try await fixture.eventKinds(),
        ["hook.deployed", "run.retry_refused", "run.on_failure_refused", "dead_letter.added"])
    },
    StoreConformanceCase("runs wait for their time, and are found when it comes") { fixture in
      let runs = fixture.store.runs
      let now = try await runs.enqueue(fixture.run(5), RunBodies())
      var waiting: [Run] = []
      for (made, due) in [(0, 30), (1, 10), (2, 20)] {
        waiting.append(
          try await runs.enqueue(fixture.retry(of: now, made, at: due), RunBodies(payload: .int(Int64(due)))))
      }
      let due = { (seconds: Int) in
        try await runs.queued(limit: 10, after: nil, dueBy: fixture.time(seconds)).map(\.run.id)
      }
      try expectEqual(try await due(9), [now.id])
      try expectEqual(try await due(10), [waiting[1].id, now.id])
      try expectEqual(try await runs.queued(limit: 10).count, 4)
      let between = { (from: Int, to: Int) in
        try await runs.postponed(in: fixture.time(from)...fixture.time(to), limit: 10).map(\.id)
      }
      try expectEqual(try await between(0, 30), [waiting[1].id, waiting[2].id, waiting[0].id])
      try expectEqual(try await between(10, 29), [waiting[1].id, waiting[2].id])
      try expectEqual(try await runs.postponed(in: fixture.time(0)...fixture.time(99), limit: 1).count, 1)
      try expectEqual(try await runs.nextDue(after: fixture.time(9)), fixture.time(10))
      try expectEqual(try await runs.nextDue(after: fixture.time(10)), fixture.time(20))
      _ = try await runs.start(waiting[2].id, host: fixture.host, at: fixture.time(20))
      try expectEqual(try await runs.nextDue(after: fixture.time(10)), fixture.time(30))
      try expectEqual(try await runs.nextDue(after: fixture.time(30)), nil)
      try await expectProblem(.invalid, field: "limit") {
        try await runs.postponed(in: fixture.time(0)...fixture.time(1), limit: 0)
      }
    },
    StoreConformanceCase("what the loss of runs brings about is written with their ends, once") { fixture in
      let hook = try await fixture.deploy()
      var ids: [ID<Run>] = []
      for seconds in 0..<3 {
        ids.append(try await fixture.store.runs.enqueue(fixture.run(seconds, hook: hook), StoreFixture.fullBodies).id)
        _ = try await fixture.store.runs.start(ids[seconds], host: fixture.host, at: fixture.time(5))
      }
      let spared = ids[2]
      let close = {
        try await fixture.store.runs.closeLost(host: fixture.host, at: fixture.time(9)) { run, bodies in
          guard run.id != spared, run.status == .lost, bodies == StoreFixture.fullBodies else { return nil }
          return RunAftermath(retry: fixture.retry(of: run, 6, at: 7), isDeadLetter: true)
        }
      }
      try expectEqual(try await close().map(\.id), ids)
      try expectEqual(try await close(), [])
      let queued = try await fixture.store.runs.queued(limit: 10)
      try expectEqual(Set(queued.map(\.run.retryOf)), [ids[0], ids[1]])
      try expectEqual(queued.map(\.bodies.payload), [StoreFixture.fullBodies.payload, StoreFixture.fullBodies.payload])
    },
  ]
}

extension StoreFixture {
  func retry(of run: Run, _ seconds: Int, at due: Int) -> Run {
    var retry = run
    retry.id = ID(at: time(seconds))
    retry.serial = 0
    retry.status = .queued
    (retry.host, retry.startedAt, retry.endedAt, retry.failure) = (nil, nil, nil, nil)
    retry.queuedAt = time(seconds)
    retry.retryOf = run.retryOf ?? run.id
    retry.notBefore = time(due)
    return retry
  }

  func eventKinds() async throws -> [String] {
    try await store.events.list(instance: instance.id, after: 0, limit: 100).map(\.kind)
  }
}
