import Model
import Store

extension StoreConformance {
  static let runCases: [StoreConformanceCase] = [
    StoreConformanceCase("a recorded run comes back with every field") { fixture in
      let hook = try await fixture.deploy()
      let run = fixture.fullRun(hook: hook)
      let (stored, logs) = try await fixture.store.runs.record(
        run, StoreFixture.fullBodies, logs: [fixture.entry("one", hook: hook, run: run.id)])
      var expected = run
      expected.serial = 1
      try expectEqual(stored, expected)
      try expectEqual(try await fixture.store.runs.find(run.id), expected)
      try expectEqual(try await fixture.store.runs.bodies(run.id), StoreFixture.fullBodies)
      try expectEqual(try await fixture.store.logs.list(LogFilter(instance: fixture.instance.id), limit: 10), logs)
    },
    StoreConformanceCase("a run without hook, request, payload and bodies comes back so") { fixture in
      let run = try await fixture.store.runs.enqueue(fixture.run(), RunBodies())
      try expectEqual(try await fixture.store.runs.find(run.id), run)
      try expectEqual(try await fixture.store.runs.bodies(run.id), RunBodies())
      try expectEqual(try await fixture.store.runs.find(ID(at: fixture.start)), nil)
      try expectEqual(try await fixture.store.runs.bodies(ID(at: fixture.start)), nil)
    },
    StoreConformanceCase("a run is claimed once") { fixture in
      let run = try await fixture.store.runs.enqueue(fixture.run(), RunBodies())
      try expect(try await fixture.store.runs.start(run.id, host: fixture.host, at: fixture.time(1)), "it waits")
      try expect(!(try await fixture.store.runs.start(run.id, host: fixture.host, at: fixture.time(2))), "it is taken")
      try expect(
        !(try await fixture.store.runs.start(ID(at: fixture.start), host: fixture.host, at: fixture.start)), "")
      let found = try require(try await fixture.store.runs.find(run.id), "the run is there")
      try expectEqual(found.status, .running)
      try expectEqual(found.host, fixture.host)
      try expectEqual(found.startedAt, fixture.time(1))
      try expectEqual(found.attempt, 1)
    },
    StoreConformanceCase("the end of a run is written with its bodies and logs, once") { fixture in
      let run = try await fixture.store.runs.enqueue(fixture.run(), RunBodies(payload: 1))
      _ = try await fixture.store.runs.start(run.id, host: fixture.host, at: fixture.time(1))
      let end = RunEnd(
        status: .limited, endedAt: fixture.time(5), exitCode: 1, signal: 9,
        use: ResourceUse(cpuMicroseconds: 5, peakMemoryBytes: 6, bytesIn: 7, bytesOut: 8),
        failure: RunFailure(reason: "memory", message: "too much", setting: "limits.memory"))
      let logs = try await fixture.store.runs.finish(
        run.id, end, bodies: StoreFixture.fullBodies,
        logs: [fixture.entry("a", run: run.id), fixture.entry("b", run: run.id)])
      try expectEqual(logs?.map(\.value), [.json("a"), .json("b")])
      let found = try require(try await fixture.store.runs.find(run.id), "the run is there")
      try expectEqual(found.status, .limited)
      try expectEqual([found.startedAt, found.endedAt], [fixture.time(1), fixture.time(5)])
      try expectEqual([found.exitCode, found.signal, found.attempt], [1, 9, 1])
      try expectEqual(found.use, end.use)
      try expectEqual(found.failure, end.failure)
      try expectEqual(try await fixture.store.runs.bodies(run.id), StoreFixture.fullBodies)
      let again = try await fixture.store.runs.finish(
        run.id, RunEnd(status: .succeeded, endedAt: fixture.time(6)), bodies: RunBodies(),
        logs: [fixture.entry("late", run: run.id)])
      try expectEqual(again, nil)
      try expectEqual(try await fixture.store.runs.find(run.id), found)
      try expectEqual(try await fixture.store.runs.bodies(run.id), StoreFixture.fullBodies)
      try expectEqual(try await fixture.store.logs.list(LogFilter(instance: fixture.instance.id), limit: 10), logs)
    },
    StoreConformanceCase("an end without bodies leaves those that are there") { fixture in
      let run = try await fixture.store.runs.enqueue(fixture.run(), StoreFixture.fullBodies)
      _ = try await fixture.store.runs.finish(
        run.id, RunEnd(status: .cancelled, endedAt: fixture.time(1)), bodies: nil, logs: [])
      try expectEqual(try await fixture.store.runs.bodies(run.id), StoreFixture.fullBodies)
    },
    StoreConformanceCase("what does not fit the state machine is refused") { fixture in
      try await expectProblem(.invalid, field: "status") {
        try await fixture.store.runs.enqueue(fixture.run(status: .succeeded), RunBodies())
      }
      try await expectProblem(.invalid, field: "status") {
        try await fixture.store.runs.record(fixture.run(status: .running), RunBodies(), logs: [])
      }
      let run = try await fixture.store.runs.enqueue(fixture.run(), RunBodies())
      try await expectProblem(.invalid, field: "status") {
        try await fixture.store.runs.finish(
          run.id, RunEnd(status: .running, endedAt: fixture.start), bodies: nil, logs: [])
      }
      try await expectProblem(.conflict) { try await fixture.store.runs.enqueue(run, RunBodies()) }
      try await expectProblem(.notFound) {
        try await fixture.store.runs.enqueue(fixture.run(in: ID(at: fixture.start)), RunBodies())
      }
      let next = try await fixture.store.runs.enqueue(fixture.run(), RunBodies())
      try expectEqual(next.serial, run.serial + 1)
    },
    StoreConformanceCase("runs in flight at a host that died are closed once, with an event each") { fixture in
      let stranger = ID<Host>(at: fixture.time(1))
      var ids: [ID<Run>] = []
      for seconds in 0..<4 {
        let run = try await fixture.store.runs.enqueue(fixture.run(seconds), StoreFixture.fullBodies)
        ids.append(run.id)
      }
      _ = try await fixture.store.runs.start(ids[0], host: fixture.host, at: fixture.time(5))
      _ = try await fixture.store.runs.start(ids[1], host: fixture.host, at: fixture.time(5))
      _ = try await fixture.store.runs.start(ids[2], host: stranger, at: fixture.time(5))
      var late = fixture.run(4, status: .starting)
      late.host = fixture.host
      ids.append(try await fixture.store.runs.enqueue(late, RunBodies()).id)
      let lost = try await fixture.store.runs.closeLost(host: fixture.host, at: fixture.time(9))
      try expectEqual(lost.map(\.id), [ids[0], ids[1], ids[4]])
      for run in lost {
        try expectEqual(run.status, .lost)
        try expectEqual(run.endedAt, fixture.time(9))
        try expectEqual(run.failure?.reason, "host")
        try expectEqual(try await fixture.store.runs.find(run.id), run)
      }
      try expectEqual(try await fixture.store.runs.closeLost(host: fixture.host, at: fixture.time(10)), [])
      try expectEqual(try await fixture.store.runs.find(ids[2])?.status, .running)
      try expectEqual(try await fixture.store.runs.find(ids[3])?.status, .queued)
      try expectEqual(try await fixture.store.runs.bodies(ids[0]), StoreFixture.fullBodies)
      let events = try await fixture.store.events.list(instance: fixture.instance.id, after: 0, limit: 10)
      try expectEqual(events.map(\.kind), ["run.lost", "run.lost", "run.lost"])
      try expectEqual(events.map(\.subject), [ids[0].text, ids[1].text, ids[4].text])
      let end = try await fixture.store.runs.finish(
        ids[0], RunEnd(status: .succeeded, endedAt: fixture.time(11)), bodies: nil, logs: [])
      try expectEqual(end, nil)
    },
    StoreConformanceCase("asynchronous runs that wait come back oldest first, with their bodies") { fixture in
      let other = try await fixture.store.instances.create(name: "other", at: fixture.start)
      let third = try await fixture.store.runs.enqueue(fixture.run(3), RunBodies(payload: 3))
      let first = try await fixture.store.runs.enqueue(fixture.run(1, in: other.id), StoreFixture.fullBodies)
      let second = try await fixture.store.runs.enqueue(fixture.run(2), RunBodies(payload: 2))
      let taken = try await fixture.store.runs.enqueue(fixture.run(0), RunBodies())
      _ = try await fixture.store.runs.start(taken.id, host: fixture.host, at: fixture.time(4))
      _ = try await fixture.store.runs.enqueue(fixture.run(0, isAsynchronous: false), RunBodies())
      let waiting = try await fixture.store.runs.queued(limit: 10)
      try expectEqual(waiting.map(\.run), [first, second, third])
      try expectEqual(waiting.map(\.bodies), [StoreFixture.fullBodies, RunBodies(payload: 2), RunBodies(payload: 3)])
      try expectEqual(try await fixture.store.runs.queued(limit: 2).map(\.run), [first, second])
      try expectEqual(try await fixture.store.runs.queued(limit: 2, after: second.id).map(\.run), [third])
      try await expectProblem(.invalid, field: "limit") { try await fixture.store.runs.queued(limit: 0) }
    },
    StoreConformanceCase("lists filter by hook, status and time, newest first") { fixture in
      let hello = try await fixture.deploy("hello")
      let bye = try await fixture.deploy("bye")
      let other = try await fixture.store.instances.create(name: "other", at: fixture.start)
      let runs = fixture.store.runs
      let first = try await runs.record(fixture.run(1, hook: hello, status: .succeeded), RunBodies(), logs: []).run
      let second = try await runs.record(fixture.run(2, hook: bye, status: .failed), RunBodies(), logs: []).run
      let third = try await runs.record(fixture.run(3, hook: hello, status: .failed), RunBodies(), logs: []).run
      _ = try await runs.record(fixture.run(4, in: other.id, status: .failed), RunBodies(), logs: [])
      let list = { (filter: RunFilter) in try await runs.list(filter, cursor: nil, limit: 10).items }
      let id = fixture.instance.id
      try expectEqual(try await list(RunFilter(instance: id)), [third, second, first])
      try expectEqual(try await list(RunFilter(instance: id, hookName: "hello")), [third, first])
      try expectEqual(try await list(RunFilter(instance: id, status: .failed)), [third, second])
      try expectEqual(try await list(RunFilter(instance: id, hookName: "hello", status: .failed)), [third])
      try expectEqual(try await list(RunFilter(instance: id, since: fixture.time(2))), [third, second])
      try expectEqual(try await list(RunFilter(instance: id, hookName: "none")), [])
    },
    StoreConformanceCase("pages hold every run once while others come in") { fixture in
      var expected: [ID<Run>] = []
      for number in 0..<25 {
        // Several share one moment, so that only the serial number orders them.
        expected.append(try await fixture.store.runs.enqueue(fixture.run(number / 4), RunBodies()).id)
      }
      var found: [ID<Run>] = []
      var cursor: String?
      var pages = 0
      repeat {
        let page = try await fixture.store.runs.list(
          RunFilter(instance: fixture.instance.id), cursor: cursor, limit: 7)
        found += page.items.map(\.id)
        cursor = page.next
        pages += 1
        _ = try await fixture.store.runs.enqueue(fixture.run(100 + pages), RunBodies())
      } while cursor != nil && pages < 10
      try expectEqual(found, expected.reversed())
      try expectEqual(pages, 4)
    },
    StoreConformanceCase("a last page that is full has no next one") { fixture in
      for number in 0..<4 { _ = try await fixture.store.runs.enqueue(fixture.run(number), RunBodies()) }
      let filter = RunFilter(instance: fixture.instance.id)
      let first = try await fixture.store.runs.list(filter, cursor: nil, limit: 2)
      let second = try await fixture.store.runs.list(filter, cursor: first.next, limit: 2)
      try expect(first.next != nil, "there is more")
      try expectEqual(second.items.count, 2)
      try expectEqual(second.next, nil)
    },
    StoreConformanceCase("cursors and limits are checked") { fixture in
      let filter = RunFilter(instance: fixture.instance.id)
      for cursor in [
        "", "x", "r1", "r1-", "r1--", "r1-1-1-1", "r2-1-1", "r1-01-1", "r1-1-'", String(repeating: "1", count: 99),
      ] {
        try await expectProblem(.invalid, field: "cursor") {
          try await fixture.store.runs.list(filter, cursor: cursor, limit: 1)
        }
      }
      for limit in [-1, 0, 1001, Int.max] {
        try await expectProblem(.invalid, field: "limit") {
          try await fixture.store.runs.list(filter, cursor: nil, limit: limit)
        }
      }
    },
    StoreConformanceCase("pruning deletes ended runs, oldest first, and leaves the others") { fixture in
      let waiting = try await fixture.store.runs.enqueue(fixture.run(), RunBodies())
      var ended: [Run] = []
      for seconds in 1...5 {
        var run = fixture.run(seconds, status: .succeeded)
        run.endedAt = fixture.time(seconds)
        ended.append(try await fixture.store.runs.record(run, StoreFixture.fullBodies, logs: []).run)
      }
      try expectEqual(try await fixture.store.runs.prune(endedBefore: fixture.time(5), limit: 3), 3)
      try expectEqual(try await fixture.store.runs.bodies(ended[0].id), nil)
      try expectEqual(try await fixture.store.runs.prune(endedBefore: fixture.time(5), limit: 3), 1)
      let left = try await fixture.store.runs.list(
        RunFilter(instance: fixture.instance.id), cursor: nil, limit: 10
      ).items
      try expectEqual(left, [ended[4], waiting])
    },
  ]
}
