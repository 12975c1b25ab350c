import Model
import Store

extension StoreConformance {
  static let slotClaimCases: [StoreConformanceCase] = [
    StoreConformanceCase("a slot is written with its run, and the schedule's state with both") { fixture in
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook)
      var claim = fixture.claim(schedule, hook, 60)
      claim.missed = 3
      claim.events = [
        Event(instance: schedule.instance, time: fixture.time(60), kind: "schedule.missed", actor: "host")
      ]
      let written = try await fixture.written(claim, at: 60)
      let run = try require(written.outcomes.first?.run, "it has a run")
      var expected = claim.slots[0].run
      expected.serial = 1
      try expectEqual(run, expected)
      try expectEqual(run.cause, RunCause(kind: .schedule, schedule: schedule.id, slot: fixture.time(60)))
      try expectEqual(try await fixture.store.runs.find(run.id), run)
      try expectEqual(try await fixture.store.runs.bodies(run.id), claim.slots[0].bodies)
      try expectEqual(try await fixture.store.runs.queued(limit: 9).map(\.run), [run])
      let state = ScheduleState(
        decidedThrough: fixture.time(60), due: fixture.time(120), lastSlot: fixture.time(60), lastRun: run.id,
        fired: 1, missed: 3)
      let after = try await fixture.reread(schedule)
      try expectEqual(after.state, state)
      try expectEqual(after.revision, schedule.revision + 1)
      try expectEqual(written.revision, after.revision)
      try expectEqual(after.updatedAt, schedule.updatedAt)
      try expectEqual(try await fixture.scheduleEvents().map(\.kind), ["schedule.created", "schedule.missed"])
    },
    StoreConformanceCase("a claim of a schedule that has changed writes nothing, whatever stands beside it") {
      fixture in
      let hook = try await fixture.deploy()
      let (first, second) = (try await fixture.schedule("one", of: hook), try await fixture.schedule("two", of: hook))
      _ = try await fixture.store.schedules.update(
        first.id, definition: nil, isEnabled: false, expected: nil, by: "key:1", at: fixture.time(9))
      var stale = fixture.claim(first, hook, 60)
      stale.events = [Event(instance: first.instance, time: fixture.time(60), kind: "schedule.missed", actor: "host")]
      var gone = fixture.claim(second, hook, 60)
      gone.schedule = ID(at: fixture.start)
      gone.slots = []
      let results = try await fixture.store.schedules.claim(
        [stale, fixture.claim(second, hook, 60), gone, fixture.claim(second, hook, 120)], at: fixture.time(60))
      try expectEqual(results.map { $0 == .stale }, [true, false, true, true])
      try expectEqual(try await fixture.reread(first).state.fired, 0)
      try expectEqual(try await fixture.reread(second).state.fired, 1)
      try expectEqual(try await fixture.store.runs.queued(limit: 9).map(\.run.serial), [1])
      try expectEqual(try await fixture.scheduleEvents("schedule.missed"), [])
      try expectEqual(try await fixture.store.schedules.claim([], at: fixture.start), [])
    },
    StoreConformanceCase("a claim for another version than the active one writes nothing, nor for a hook at rest") {
      fixture in
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook, StoreFixture.everyMinute(overlap: .allow))
      func outcome(_ seconds: Int, _ version: Int64) async throws -> Bool {
        var claim = fixture.claim(try await fixture.reread(schedule), hook, seconds)
        claim.version = SlotClaim.Version(hook: hook.id, number: version)
        return try await fixture.store.schedules.claim([claim], at: fixture.time(seconds)) != [.stale]
      }
      try expect(try await outcome(60, hook.version.number), "the active one")
      try expect(try await !outcome(120, hook.version.number + 1), "one that is not active")
      for isEnabled in [false, true] {
        _ = try await fixture.store.hooks.update(
          hook.id, enabled: isEnabled, name: nil, expected: nil, by: "key:1", at: fixture.time(121))
        try expectEqual(try await outcome(180, hook.version.number), isEnabled)
      }
      try expectEqual(try await fixture.runs(of: schedule).count, 2)
      _ = try await fixture.store.instances.remove(hook.instance, by: "host", at: fixture.time(181))
      try expect(try await !outcome(240, hook.version.number), "its instance is gone")
    },
    StoreConformanceCase("ahead of a slot nothing is decided that the end of an earlier run would change") { fixture in
      let hook = try await fixture.deploy()
      for (index, overlap) in [OverlapPolicy.skip, .queue, .cancelRunning, .allow].enumerated() {
        let schedule = try await fixture.schedule("s\(index)", of: hook, StoreFixture.everyMinute(overlap: overlap))
        func claim(_ seconds: Int) async throws -> SlotClaimResult {
          var claim = fixture.claim(try await fixture.reread(schedule), hook, seconds)
          claim.overlap = overlap
          claim.isAhead = true
          claim.slots[0].run.notBefore = fixture.time(seconds)
          claim.events = [
            Event(instance: schedule.instance, time: fixture.start, kind: "schedule.missed", actor: "host")
          ]
          return try await fixture.store.schedules.claim([claim], at: fixture.time(seconds - 1))[0]
        }
        guard case .written(let outcomes, _, _) = try await claim(60) else {
          try fail("nothing stands in its way")
        }
        let run = try require(outcomes.first?.run, "it has a run")
        let events = try await fixture.scheduleEvents("schedule.missed").count
        if overlap != .allow {
          try expectEqual(try await claim(120), .tooEarly)
          try expectEqual(try await fixture.reread(schedule).state.fired, 1)
          try expectEqual(try await fixture.scheduleEvents("schedule.missed").count, events)
          _ = try await fixture.store.runs.finish(
            run.id, RunEnd(status: .cancelled, endedAt: fixture.time(61)), bodies: nil, logs: [])
        }
        guard case .written = try await claim(120) else { try fail("it has ended") }
        try expectEqual(try await fixture.reread(schedule).state.fired, 2)
      }
    },
    StoreConformanceCase("of many who claim a slot, one gets it") { fixture in
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook, StoreFixture.everyMinute(overlap: .allow))
      let stored = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<50 {
          group.addTask {
            var count = 0
            for slot in 1...4 {
              let result = try await fixture.store.schedules.claim(
                [fixture.claim(try await fixture.reread(schedule), hook, slot * 60)], at: fixture.time(slot * 60))
              if case .written(let outcomes, _, _) = result[0] { count += outcomes.count { $0.run != nil } }
            }
            return count
          }
        }
        return try await group.reduce(0, +)
      }
      let runs = try await fixture.runs(of: schedule)
      try expectEqual(stored, runs.count)
      try expectEqual(Set(runs.map(\.cause.slot)).count, runs.count)
      try expectEqual(runs.map(\.serial).sorted(), (1...runs.count).map(Int64.init))
      try expectEqual(try await fixture.reread(schedule).state.fired, Int64(runs.count))
    },
    StoreConformanceCase("a slot that has a run gets no other, also when it comes again") { fixture in
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook, StoreFixture.everyMinute(overlap: .allow))
      let first = try await fixture.fire(schedule, hook, 60)
      let again = fixture.claim(try await fixture.reread(schedule), hook, 60, 120)
      let outcomes = try await fixture.written(again).outcomes
      try expectEqual(outcomes.map(\.word), ["taken", "stored"])
      try expectEqual(try await fixture.store.runs.find(again.slots[0].run.id), nil)
      try expectEqual(outcomes.last?.run?.serial, first.serial + 1)
      let state = try await fixture.reread(schedule).state
      try expectEqual([state.fired, state.skipped], [2, 0])
      // One that would be skipped, had it no run.
      var held = fixture.claim(try await fixture.reread(schedule), hook, 120)
      held.overlap = .skip
      try expectEqual(try await fixture.written(held).outcomes, [.taken])
      // Another schedule has the same moments.
      let other = try await fixture.schedule("other", of: hook)
      _ = try await fixture.fire(other, hook, 60)
    },
    StoreConformanceCase("attempts that follow are of the same slot, and of the same schedule") { fixture in
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook)
      let first = try await fixture.fire(schedule, hook, 60)
      let retry = fixture.retry(of: first, 61, at: 70)
      let settlement = try await fixture.end(first, .failed, at: 61, RunAftermath(retry: retry))
      try expectEqual(settlement.queued.map(\.cause), [first.cause])
      try expectEqual(try await fixture.store.runs.find(retry.id)?.cause.slot, fixture.time(60))
      try expectEqual(try await fixture.runs(of: schedule).map(\.id), [retry.id, first.id])
      try expect(try await fixture.store.schedules.hasUnendedRun(schedule.id), "the next attempt is to come")
    },
    StoreConformanceCase("where too many runs of a hook are queued, slots are refused and it is told once") { fixture in
      let (hook, other) = (try await fixture.deploy(), try await fixture.deploy("other"))
      let schedule = try await fixture.schedule(of: hook, StoreFixture.everyMinute(overlap: .allow))
      let beside = try await fixture.schedule(of: other)
      func claim(_ seconds: Int...) async throws -> [SlotClaimResult] {
        var claim = fixture.claim(try await fixture.reread(schedule), hook, seconds[0], seconds[1])
        claim.mostQueued = 1
        return try await fixture.store.schedules.claim([claim], at: fixture.time(seconds[0]))
      }
      func words(_ results: [SlotClaimResult]) -> [String] {
        guard case .written(let outcomes, _, _) = results[0] else { return [] }
        return outcomes.map(\.word)
      }
      try expectEqual(words(try await claim(60, 120)), ["stored", "refused"])
      try expectEqual(words(try await claim(180, 240)), ["refused", "refused"])
      var full = fixture.claim(beside, other, 60)
      full.mostQueued = 1
      try expectEqual(try await fixture.written(full).outcomes.map(\.word), ["stored"])
      let state = try await fixture.reread(schedule).state
      try expectEqual([state.fired, state.skipped], [1, 3])
      let refusals = try await fixture.scheduleEvents("schedule.slot_refused")
      try expectEqual(refusals.map(\.subject), [schedule.id.text])
      try expectEqual(refusals.map(\.actor), ["host"])
      let run = try require(try await fixture.runs(of: schedule).first, "there is a run")
      _ = try await fixture.store.runs.start(run.id, host: fixture.host, at: fixture.time(250))
      try expectEqual(words(try await claim(300, 360)), ["stored", "refused"])
      try expectEqual(try await fixture.scheduleEvents("schedule.slot_refused").count, 2)
    },
    StoreConformanceCase("runs count as queued, whoever queued them and whenever") { fixture in
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook, StoreFixture.everyMinute(overlap: .allow))
      func claim(_ seconds: Int) async throws -> String {
        var claim = fixture.claim(try await fixture.reread(schedule), hook, seconds)
        claim.mostQueued = 3
        return try await fixture.written(claim).outcomes[0].word
      }
      try expectEqual(try await claim(60), "stored")
      let run = try await fixture.store.runs.enqueue(fixture.run(61, hook: hook), RunBodies())
      // Runs of others take numbers and no room.
      for seconds in 62..<70 { _ = try await fixture.store.runs.enqueue(fixture.run(seconds), RunBodies()) }
      try expectEqual(try await claim(120), "stored")
      try expectEqual(try await claim(180), "refused")
      _ = try await fixture.store.runs.start(run.id, host: fixture.host, at: fixture.time(181))
      try expectEqual(try await claim(240), "stored")
      try expectEqual(try await claim(300), "refused")
    },
    StoreConformanceCase("a run that cannot be started is stored as ended, and holds nothing up") { fixture in
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook)
      var claim = fixture.claim(schedule, hook, 60, 120)
      claim.slots[0] = fixture.slot(60, of: schedule, hook, status: .blocked)
      claim.mostQueued = 1
      let outcomes = try await fixture.written(claim).outcomes
      try expectEqual(outcomes.compactMap(\.run?.status), [.blocked, .queued])
      try expectEqual(try await fixture.reread(schedule).state.fired, 2)
      let later = fixture.claim(try await fixture.reread(schedule), hook, 180)
      try expectEqual(try await fixture.written(later).outcomes, [.skipped])
    },
    StoreConformanceCase("the run of a slot says which it is of") { fixture in
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook)
      for change: (inout Run) -> Void in [
        { $0.cause.slot = fixture.time(61) }, { $0.cause.schedule = nil }, { $0.retryOf = $0.id },
        { $0.status = .running },
      ] {
        var claim = fixture.claim(schedule, hook, 60)
        change(&claim.slots[0].run)
        try await expectProblem(.invalid) { [claim] in
          try await fixture.store.schedules.claim([claim], at: fixture.start)
        }
      }
      try expectEqual(try await fixture.reread(schedule), schedule)
    },
    StoreConformanceCase("a claim that cannot be written is undone, with those that stand beside it") { fixture in
      let hook = try await fixture.deploy()
      let (first, second) = (try await fixture.schedule("one", of: hook), try await fixture.schedule("two", of: hook))
      var bad = fixture.claim(second, hook, 60)
      bad.slots[0].run.hook = ID(at: fixture.start)
      try await expectProblem(.notFound) { [bad] in
        try await fixture.store.schedules.claim([fixture.claim(first, hook, 60), bad], at: fixture.time(60))
      }
      try expectEqual(try await fixture.reread(first), first)
      try expectEqual(try await fixture.fire(first, hook, 60).serial, 1)
    },
    StoreConformanceCase("runs of a schedule are listed newest first, page by page, with those made by hand") {
      fixture in
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook, StoreFixture.everyMinute(overlap: .allow))
      let other = try await fixture.schedule("other", of: hook)
      var ids: [ID<Run>] = []
      for slot in 1...3 { ids.append(try await fixture.fire(schedule, hook, slot * 60).id) }
      _ = try await fixture.fire(other, hook, 60)
      var manual = fixture.run(300, hook: hook)
      manual.cause = RunCause(kind: .manual, schedule: schedule.id)
      ids.append(try await fixture.store.runs.enqueue(manual, RunBodies()).id)
      _ = try await fixture.store.runs.start(ids[0], host: fixture.host, at: fixture.time(400))
      let filter = RunFilter(instance: schedule.instance, schedule: schedule.id)
      let page = try await fixture.store.runs.list(filter, cursor: nil, limit: 3)
      try expectEqual(page.items.map(\.id), ids[1...].reversed())
      let rest = try await fixture.store.runs.list(filter, cursor: page.next, limit: 3)
      try expectEqual(rest.items.map(\.id), [ids[0]])
      try expectEqual(rest.next, nil)
      var running = filter
      running.status = .running
      try expectEqual(try await fixture.store.runs.list(running, cursor: nil, limit: 9).items.map(\.id), [ids[0]])
      var foreign = filter
      foreign.instance = try await fixture.store.instances.create(name: "strange", at: fixture.start).id
      try expectEqual(try await fixture.store.runs.list(foreign, cursor: nil, limit: 9).items, [])
    },
  ]
}
