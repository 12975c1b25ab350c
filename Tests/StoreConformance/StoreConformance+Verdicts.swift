import Model
import Store

extension StoreConformance {
  static let verdictCases: [StoreConformanceCase] = [
    StoreConformanceCase("a schedule whose runs fail in a row is disabled, by the host and with the reason") {
      fixture in
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook, StoreFixture.everyMinute(overlap: .queue))
      let failure = ScheduleVerdict(schedule: schedule.id, isSuccess: false, disableAfter: 2)
      let first = try await fixture.fire(schedule, hook, 60)
      _ = try await fixture.written(fixture.claim(fixture.reread(schedule), hook, 120))
      let retry = fixture.retry(of: first, 121, at: 122)
      _ = try await fixture.end(first, .failed, at: 121, RunAftermath(retry: retry, verdict: failure))
      let before = try await fixture.reread(schedule)
      try expectEqual(before.state.failures, 0)
      _ = try await fixture.end(retry, .failed, at: 123, RunAftermath(verdict: failure))
      var expected = before
      expected.state.failures = 1
      expected.revision += 1
      try expectEqual(try await fixture.reread(schedule), expected)
      let second = try await fixture.fire(schedule, hook, 180)
      _ = try await fixture.written(fixture.claim(fixture.reread(schedule), hook, 240))
      let claim = fixture.claim(try await fixture.reread(schedule), hook, 300)
      _ = try await fixture.end(second, .timedOut, at: 250, RunAftermath(verdict: failure))
      let after = try await fixture.reread(schedule)
      try expect(!after.isEnabled, "it is disabled")
      try expectEqual(after.disabledReason, "2 runs in a row failed")
      try expectEqual(after.state.failures, 2)
      try expectEqual(after.state.due, nil)
      try expectEqual(after.state.waiting, nil)
      try expectEqual(after.updatedAt, fixture.time(250))
      try expectEqual(try await fixture.store.schedules.claim([claim], at: fixture.time(300)), [.stale])
      let event = try require(try await fixture.scheduleEvents().last, "there is an event")
      try expectEqual(event.kind, "schedule.disabled")
      try expectEqual(event.actor, "host")
      try expectEqual(event.subject, schedule.id.text)
      try expectEqual(
        event.data, ["hook": "hello", "name": "tick", "reason": "2 runs in a row failed", "failures": 2])
      let again = try await fixture.store.schedules.update(
        schedule.id, definition: nil, isEnabled: true, expected: nil, by: "key:1", at: fixture.time(400))
      try expect(again.isEnabled && again.disabledReason == nil, "it is enabled")
      try expectEqual(again.state.failures, 0)
    },
    StoreConformanceCase("the first success after failures is told, and others write nothing") { fixture in
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook)
      func end(_ slot: Int, _ isSuccess: Bool, room: Int = 9) async throws -> RunSettlement {
        let run = try await fixture.fire(schedule, hook, slot)
        let recovery = RunAftermath.Report(run: fixture.run(slot + 1, hook: hook), bodies: RunBodies(payload: "well"))
        let event = Event(
          instance: schedule.instance, time: fixture.time(slot + 1), kind: "x.y", actor: "host")
        let verdict = ScheduleVerdict(
          schedule: schedule.id, isSuccess: isSuccess, recovery: isSuccess ? recovery : nil,
          events: isSuccess ? [event] : [])
        return try await fixture.end(
          run, isSuccess ? .succeeded : .failed, at: slot + 1, RunAftermath(verdict: verdict, mostQueued: room))
      }
      try expectEqual(try await end(60, true).queued, [])
      try expectEqual(try await fixture.reread(schedule).revision, schedule.revision + 1)
      _ = try await end(120, false)
      _ = try await end(180, false)
      try expectEqual(try await fixture.reread(schedule).state.failures, 2)
      let settlement = try await end(240, true)
      let told = try require(settlement.queued.first, "a run tells of it")
      try expectEqual(try await fixture.store.runs.bodies(told.id)?.payload, "well")
      let after = try await fixture.reread(schedule)
      try expectEqual(after.state.failures, 0)
      let event = try require(try await fixture.scheduleEvents().last, "there is an event")
      try expectEqual(event.kind, "schedule.recovered")
      try expectEqual(event.time, fixture.time(241))
      try expectEqual(event.data, ["hook": "hello", "name": "tick", "failures": 2])
      try expectEqual(try await end(300, true).queued, [])
      try expectEqual(try await fixture.reread(schedule).revision, after.revision + 1)
      try expectEqual(try await fixture.scheduleEvents("x.y").count, 1)
      // `told` is still queued: there is room for no other.
      _ = try await end(360, false)
      let refused = try await end(420, true, room: 1)
      try expectEqual(refused.queued, [])
      try expectEqual(refused.refusals.map(\.kind), ["run.on_recovery_refused"])
      try expectEqual(try await fixture.scheduleEvents("schedule.recovered").count, 2)
    },
    StoreConformanceCase("every way in which a run ends has its say of the schedule") { fixture in
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook, StoreFixture.everyMinute(overlap: .allow))
      let failure = RunAftermath(verdict: ScheduleVerdict(schedule: schedule.id, isSuccess: false, disableAfter: 2))
      let run = try await fixture.fire(schedule, hook, 60)
      _ = try await fixture.store.runs.start(run.id, host: fixture.host, at: fixture.time(61))
      _ = try await fixture.store.runs.closeLost(host: fixture.host, at: fixture.time(62)) { _, _ in failure }
      try expectEqual(try await fixture.reread(schedule).state.failures, 1)
      var manual = fixture.run(63, hook: hook, status: .failed)
      manual.cause = RunCause(kind: .manual, schedule: schedule.id)
      manual.endedAt = fixture.time(64)
      _ = try await fixture.store.runs.record(manual, RunBodies(), logs: [], aftermath: failure)
      try expect(!(try await fixture.reread(schedule).isEnabled), "it is disabled")
      // What is disabled already, or gone, is not disabled again.
      let more = try await fixture.store.runs.enqueue(fixture.run(65, hook: hook), RunBodies())
      _ = try await fixture.end(more, .failed, at: 66, failure)
      try expectEqual(try await fixture.reread(schedule).state.failures, 3)
      _ = try await fixture.store.schedules.remove(schedule.id, by: "key:1", at: fixture.time(67))
      let late = try await fixture.store.runs.enqueue(fixture.run(68, hook: hook), RunBodies())
      _ = try await fixture.end(late, .failed, at: 69, failure)
      try expectEqual(try await fixture.scheduleEvents("schedule.disabled").count, 1)
    },
  ]
}
