import Model
import Store

extension StoreConformance {
  static let overlapCases: [StoreConformanceCase] = [
    StoreConformanceCase("a slot is skipped while a run of its schedule goes on, or is to come") { fixture in
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook)
      let other = try await fixture.schedule("other", of: hook)
      let first = try await fixture.fire(schedule, hook, 60)
      _ = try await fixture.fire(other, hook, 60)
      func skips(_ seconds: Int) async throws -> Bool {
        try await fixture.written(fixture.claim(fixture.reread(schedule), hook, seconds)).outcomes == [.skipped]
      }
      try expect(try await skips(120), "it is queued")
      _ = try await fixture.store.runs.start(first.id, host: fixture.host, at: fixture.time(121))
      try expect(try await skips(180), "it is running")
      let retry = fixture.retry(of: first, 181, at: 999)
      _ = try await fixture.end(first, .failed, at: 181, RunAftermath(retry: retry))
      try expect(try await skips(240), "it is to be tried again")
      _ = try await fixture.end(retry, at: 241)
      try expect(!(try await skips(300)), "it has ended")
      let state = try await fixture.reread(schedule).state
      try expectEqual([state.fired, state.skipped], [2, 3])
      try expectEqual(state.lastSlot, fixture.time(300))
      try expectEqual(state.decidedThrough, fixture.time(300))
    },
    StoreConformanceCase("one slot waits for an earlier run, and later ones are skipped") { fixture in
      let schedules = fixture.store.schedules
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook, StoreFixture.everyMinute(overlap: .queue))
      let first = try await fixture.written(fixture.claim(schedule, hook, 60, 120, 180))
      try expectEqual(first.outcomes.map(\.word), ["stored", "waiting", "skipped"])
      var state = try await fixture.reread(schedule).state
      try expectEqual(state.waiting, fixture.time(120))
      try expectEqual([state.fired, state.skipped], [1, 1])
      try expectEqual(try await schedules.released(limit: 9), [])
      try expect(try await schedules.hasUnendedRun(schedule.id), "the first goes on")
      // Before the first has ended there is nothing to take.
      var early = fixture.claim(try await fixture.reread(schedule), hook, 120)
      early.takesWaiting = true
      try expectEqual(try await fixture.written(early).outcomes, [.waiting])
      _ = try await fixture.end(try require(first.outcomes[0].run, "it has a run"), at: 200)
      try expect(!(try await schedules.hasUnendedRun(schedule.id)), "none goes on")
      try expectEqual(try await schedules.released(limit: 9), [schedule.id])
      var claim = fixture.claim(try await fixture.reread(schedule), hook, 120, 240)
      claim.takesWaiting = true
      try expectEqual(try await fixture.written(claim).outcomes.map(\.word), ["stored", "waiting"])
      state = try await fixture.reread(schedule).state
      try expectEqual(state.waiting, fixture.time(240))
      try expectEqual(state.lastSlot, fixture.time(120))
      try expectEqual([state.fired, state.skipped], [2, 1])
      try expectEqual(try await schedules.released(limit: 9), [])
    },
    StoreConformanceCase("slots may start beside each other") { fixture in
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook, StoreFixture.everyMinute(overlap: .allow))
      let written = try await fixture.written(fixture.claim(schedule, hook, 60, 120))
      try expectEqual(written.outcomes.map(\.word), ["stored", "stored"])
      try expectEqual(written.cancels, [])
    },
    StoreConformanceCase("a slot that ends earlier runs names them") { fixture in
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook, StoreFixture.everyMinute(overlap: .cancelRunning))
      var claim = fixture.claim(schedule, hook, 60, 120)
      let both = try await fixture.written(claim)
      try expectEqual(both.outcomes.map(\.word), ["stored", "stored"])
      try expectEqual(both.cancels, [claim.slots[0].run.id])
      claim = fixture.claim(try await fixture.reread(schedule), hook, 180)
      let third = try await fixture.written(claim)
      try expectEqual(third.outcomes.map(\.word), ["stored"])
      let runs = try await fixture.runs(of: schedule)
      try expectEqual(runs.map(\.status), [.queued, .queued, .queued])
      try expectEqual(Set(third.cancels), Set(runs[1...].map(\.id)))
      for run in runs { _ = try await fixture.end(run, .cancelled, at: 181) }
      let last = try await fixture.written(fixture.claim(fixture.reread(schedule), hook, 240))
      try expectEqual(last.cancels, [])
    },
    StoreConformanceCase("slots that were missed have their runs whatever the policy, and later ones heed them") {
      fixture in
      let hook = try await fixture.deploy()
      for (overlap, word) in [(OverlapPolicy.skip, "skipped"), (.queue, "waiting")] {
        let schedule = try await fixture.schedule(
          overlap.rawValue, of: hook, StoreFixture.everyMinute(overlap: overlap))
        var claim = fixture.claim(schedule, hook, 60, 120, 180)
        for index in 0...1 { claim.slots[index].ignoresOverlap = true }
        try expectEqual(try await fixture.written(claim).outcomes.map(\.word), ["stored", "stored", word])
      }
    },
    StoreConformanceCase("a slot waits no longer when its schedule or its hook changes") { fixture in
      let schedules = fixture.store.schedules
      let hook = try await fixture.deploy()
      let changes: [(String, @Sendable (Schedule) async throws -> Void)] = [
        (
          "redefined",
          { schedule in
            _ = try await schedules.update(
              schedule.id, definition: StoreFixture.everyMinute(overlap: .queue, payload: 1), isEnabled: nil,
              expected: nil, by: "key:1", at: fixture.time(300))
          }
        ),
        (
          "disabled",
          { schedule in
            _ = try await schedules.update(
              schedule.id, definition: nil, isEnabled: false, expected: nil, by: "key:1", at: fixture.time(300))
          }
        ),
        (
          "hook-enabled",
          { _ in
            for isEnabled in [false, true] {
              _ = try await fixture.store.hooks.update(
                hook.id, enabled: isEnabled, name: nil, expected: nil, by: "key:1", at: fixture.time(300))
            }
          }
        ),
      ]
      for (name, change) in changes {
        let schedule = try await fixture.schedule(name, of: hook, StoreFixture.everyMinute(overlap: .queue))
        let run = try require(
          try await fixture.written(fixture.claim(schedule, hook, 60, 120)).outcomes[0].run, "it has a run")
        try expectEqual(try await fixture.reread(schedule).state.waiting, fixture.time(120))
        try await change(schedule)
        try expectEqual(try await fixture.reread(schedule).state.waiting, nil)
        _ = try await fixture.end(run, at: 301)
        try expectEqual(try await schedules.released(limit: 9), [])
      }
    },
  ]
}
