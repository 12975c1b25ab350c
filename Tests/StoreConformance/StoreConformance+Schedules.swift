import Model
import Store

extension StoreConformance {
  static let scheduleCases: [StoreConformanceCase] = [
    StoreConformanceCase("a schedule is kept whole, numbered and found") { fixture in
      let schedules = fixture.store.schedules
      let hook = try await fixture.deploy()
      var whole = fixture.newSchedule(
        "nightly", of: hook,
        ScheduleDefinition(
          rule: ScheduleRule(
            .cron("30 2 * * *"), zone: "Europe/Berlin", jitter: .seconds(5), start: fixture.time(1),
            end: fixture.time(9)),
          description: "ü \"x\"", payload: ["a": [1, 2.5, nil]], overlap: .cancelRunning, missed: .all(atMost: 7),
          tolerance: .milliseconds(1500), disableAfter: 3, onFailure: "alert", onRecovery: "calm"))
      whole.state = ScheduleState(
        decidedThrough: fixture.time(1), due: nil, waiting: fixture.time(2), lastSlot: fixture.time(3),
        lastRun: ID(at: fixture.start), fired: 4, skipped: 5, missed: 6, failures: 7, silentSince: fixture.time(8))
      let stored = try await schedules.add(whole, most: 9, by: "key:1", at: fixture.time(4))
      whole.serial = 1
      try expectEqual(stored, whole)
      try expectEqual(try await schedules.find(whole.id), whole)
      try expectEqual(try await schedules.find(hook: hook.id, name: "nightly"), whole)
      try expectEqual(try await schedules.find(hook: hook.id, name: "daily"), nil)
      try expectEqual(try await schedules.find(ID(at: fixture.start)), nil)
      let event = try require(try await fixture.scheduleEvents().first, "there is an event")
      try expectEqual(event.kind, "schedule.created")
      try expectEqual(event.subject, whole.id.text)
      try expectEqual(event.actor, "key:1")
      try expectEqual(event.time, fixture.time(4))
      try expectEqual(event.data, ["hook": "hello", "name": "nightly"])
    },
    StoreConformanceCase("a schedule needs its hook, a name of its own and room") { fixture in
      let schedules = fixture.store.schedules
      let (hook, other) = (try await fixture.deploy(), try await fixture.deploy("other"))
      _ = try await fixture.schedule(of: hook)
      try await expectProblem(.conflict, field: "name") { try await fixture.schedule(of: hook) }
      try await expectProblem(.invalid, field: "name") { try await fixture.schedule("no/name", of: hook) }
      try expectEqual(try await fixture.schedule(of: other).serial, 2)
      var lost = fixture.newSchedule("lost", of: hook)
      lost.hook = ID(at: fixture.start)
      try await expectProblem(.notFound) { [lost] in
        try await schedules.add(lost, most: 9, by: "key:1", at: fixture.start)
      }
      let strange = try await fixture.store.instances.create(name: "strange", at: fixture.start)
      var foreign = fixture.newSchedule("foreign", of: hook)
      foreign.instance = strange.id
      try await expectProblem(.notFound) { [foreign] in
        try await schedules.add(foreign, most: 9, by: "key:1", at: fixture.start)
      }
      try await expectProblem(.tooMany) {
        try await schedules.add(fixture.newSchedule("third", of: hook), most: 2, by: "key:1", at: fixture.start)
      }
      _ = try await fixture.store.hooks.remove(other.id, at: fixture.start)
      try await expectProblem(.notFound) { try await fixture.schedule("late", of: other) }
      // What was refused has taken no number, and what is gone leaves room.
      try expectEqual(
        try await schedules.add(fixture.newSchedule("third", of: hook), most: 2, by: "key:1", at: fixture.start).serial,
        3)
      try expectEqual(try await fixture.scheduleEvents("schedule.created").count, 3)
    },
    StoreConformanceCase("schedules are listed by number, by hook, and by what they are") { fixture in
      let schedules = fixture.store.schedules
      let (hook, other) = (try await fixture.deploy(), try await fixture.deploy("other"))
      var all: [Schedule] = []
      for (index, each) in [hook, other, hook, hook].enumerated() {
        all.append(try await fixture.schedule("s\(index)", of: each))
      }
      _ = try await schedules.update(
        all[2].id, definition: nil, isEnabled: false, expected: nil, by: "key:1", at: fixture.time(1))
      try await schedules.note(silent: [all[3].id: fixture.time(2)], resumed: [], at: fixture.time(3))
      let strange = try await fixture.store.instances.create(name: "strange", at: fixture.start)
      func list(
        _ hook: ID<Hook>? = nil, _ isEnabled: Bool? = nil, _ isSilent: Bool? = nil, in instance: ID<Instance>? = nil,
        after: Int64 = 0, limit: Int = 10
      ) async throws -> [Int64] {
        let filter = ScheduleFilter(
          instance: instance ?? fixture.instance.id, hook: hook, isEnabled: isEnabled, isSilent: isSilent)
        return try await schedules.list(filter, after: after, limit: limit).map(\.serial)
      }
      try expectEqual(try await list(), [1, 2, 3, 4])
      try expectEqual(try await list(after: 1, limit: 2), [2, 3])
      try expectEqual(try await list(hook.id), [1, 3, 4])
      try expectEqual(try await list(hook.id, after: 1, limit: 1), [3])
      try expectEqual(try await list(nil, false), [3])
      try expectEqual(try await list(hook.id, true), [1, 4])
      try expectEqual(try await list(nil, nil, true), [4])
      try expectEqual(try await list(other.id, nil, true), [])
      try expectEqual(try await list(nil, nil, false), [1, 2, 3])
      try expectEqual(try await list(in: strange.id), [])
      try expectEqual(try await list(hook.id, in: strange.id), [])
      try await expectProblem(.invalid, field: "limit") { try await list(limit: 0) }
    },
    StoreConformanceCase("another definition begins anew; what is so already is not written") { fixture in
      let schedules = fixture.store.schedules
      let hook = try await fixture.deploy()
      let first = try await fixture.schedule(of: hook)
      _ = try await fixture.fire(first, hook, 60)
      let before = try await fixture.reread(first)
      let number = try await schedules.lastChange()
      let other = StoreFixture.everyMinute(overlap: .allow, payload: ["n": 1.0])
      func update(_ definition: ScheduleDefinition?, expected: Int64? = nil) async throws -> Schedule {
        try await schedules.update(
          first.id, definition: definition, isEnabled: nil, expected: expected, by: "key:1", at: fixture.time(70))
      }
      try expectEqual(try await update(first.definition), before)
      try await expectProblem(.conflict) { try await update(other, expected: first.revision) }
      let changed = try await update(other, expected: before.revision)
      var expected = before
      expected.definition = StoreFixture.everyMinute(overlap: .allow, payload: ["n": 1.0])
      expected.revision += 1
      expected.updatedAt = fixture.time(70)
      (expected.state.decidedThrough, expected.state.due) = (fixture.time(70), fixture.time(70))
      try expectEqual(changed, expected)
      try expectEqual(try await fixture.reread(first), expected)
      // 1.0 is read back as it was written, and so is no change.
      try expectEqual(try await update(other), expected)
      try expectEqual(try await update(nil), expected)
      try expectEqual(try await schedules.changes(after: number, limit: 9).map(\.slot.due), [fixture.time(70)])
      try expectEqual(try await fixture.scheduleEvents().map(\.kind), ["schedule.created", "schedule.updated"])
      try await expectProblem(.notFound) {
        try await schedules.update(
          ID(at: fixture.start), definition: nil, isEnabled: true, expected: nil, by: "key:1", at: fixture.start)
      }
    },
    StoreConformanceCase("a schedule is disabled and enabled, each with one event") { fixture in
      let schedules = fixture.store.schedules
      let hook = try await fixture.deploy()
      var made = fixture.newSchedule(of: hook, StoreFixture.everyMinute(overlap: .queue))
      (made.state.waiting, made.state.silentSince, made.state.failures) = (fixture.time(1), fixture.time(2), 2)
      let first = try await schedules.add(made, most: 9, by: "key:1", at: fixture.start)
      func enable(_ isEnabled: Bool, at seconds: Int) async throws -> Schedule {
        try await schedules.update(
          first.id, definition: nil, isEnabled: isEnabled, expected: nil, by: "key:2", at: fixture.time(seconds))
      }
      try expectEqual(try await enable(true, at: 4), first)
      let off = try await enable(false, at: 5)
      try expect(!off.isEnabled && off.disabledReason == nil, "it is disabled, and by no fault of its own")
      try expectEqual(off.state.waiting, nil)
      try expectEqual(off.state.silentSince, nil)
      try expectEqual(off.state.failures, 2)
      try expectEqual(off.revision, first.revision + 1)
      try expectEqual(try await enable(false, at: 6), off)
      let on = try await enable(true, at: 7)
      try expectEqual(on.state.failures, 0)
      try expectEqual(on.state.decidedThrough, fixture.time(7))
      try expectEqual(on.state.due, fixture.time(7))
      try expectEqual(try await fixture.reread(first), on)
      let events = try await fixture.scheduleEvents()
      try expectEqual(events.map(\.kind), ["schedule.created", "schedule.disabled", "schedule.enabled"])
      try expectEqual(events.map(\.actor), ["key:1", "key:2", "key:2"])
      try expectEqual(events.last?.data, ["hook": "hello", "name": "tick"])
    },
    StoreConformanceCase("a schedule is removed, and its runs stay") { fixture in
      let schedules = fixture.store.schedules
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook)
      let run = try await fixture.fire(schedule, hook, 60)
      let claim = fixture.claim(try await fixture.reread(schedule), hook, 120)
      try expect(try await schedules.remove(schedule.id, by: "key:2", at: fixture.time(70)), "it was there")
      try expect(!(try await schedules.remove(schedule.id, by: "key:2", at: fixture.time(71))), "it is gone")
      try expectEqual(try await schedules.find(schedule.id), nil)
      try expectEqual(try await fixture.runs(of: schedule).map(\.id), [run.id])
      try expectEqual(try await schedules.claim([claim], at: fixture.time(120)), [.stale])
      try expectEqual(try await fixture.scheduleEvents().map(\.kind), ["schedule.created", "schedule.removed"])
      let next = try await fixture.schedule(of: hook)
      try expectEqual(next.serial, 2)
    },
    StoreConformanceCase("the schedules of a removed instance go with it, and nobody fires them") { fixture in
      let schedules = fixture.store.schedules
      let shop = try await fixture.store.instances.create(name: "shop", at: fixture.start)
      var deployment = fixture.deployment()
      deployment.instance = shop.id
      let hook = try await fixture.store.hooks.deploy([deployment], at: fixture.start)[0].hook
      let (schedule, kept) = (
        try await fixture.schedule(of: hook), try await fixture.schedule(of: try await fixture.deploy())
      )
      _ = try await fixture.store.instances.remove(shop.id, by: "key:1", at: fixture.start)
      try expectEqual(try await schedules.upcoming(after: nil, limit: 9).map(\.schedule), [kept.id])
      try expectEqual(try await schedules.claimable([schedule.id, kept.id]).map(\.schedule.id), [kept.id])
      try expectEqual(try await schedules.silent(at: fixture.time(99), limit: 9).map(\.id), [kept.id])
      try await expectProblem(.notFound) { try await fixture.schedule("late", of: hook) }
      var steps = 0
      while try await fixture.store.instances.clear(shop.id, limit: 1) > 0, steps < 100 { steps += 1 }
      try expectEqual(try await schedules.find(schedule.id), nil)
      try expectEqual(try await schedules.find(kept.id), kept)
    },
  ]
}
