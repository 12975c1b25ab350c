import Model
import Store

extension StoreConformance {
  static let scheduleWatchingCases: [StoreConformanceCase] = [
    StoreConformanceCase("what is upcoming is read page by page, by id") { fixture in
      let schedules = fixture.store.schedules
      let hook = try await fixture.deploy()
      var all: [Schedule] = []
      for index in 0..<5 { all.append(try await fixture.schedule("s\(index)", of: hook, at: index)) }
      var done = fixture.newSchedule("done", of: hook)
      done.state.due = nil
      _ = try await schedules.add(done, most: 9, by: "key:1", at: fixture.start)
      _ = try await schedules.update(
        all[1].id, definition: nil, isEnabled: false, expected: nil, by: "key:1", at: fixture.time(9))
      _ = try await fixture.fire(all[3], hook, 60)
      var expected = [0, 2, 3, 4].map { UpcomingSlot(schedule: all[$0].id, due: fixture.time($0)) }
      expected[2].due = fixture.time(120)
      try expectEqual(try await schedules.upcoming(after: nil, limit: 9), expected)
      try expectEqual(try await schedules.upcoming(after: nil, limit: 2), Array(expected[..<2]))
      try expectEqual(try await schedules.upcoming(after: expected[1].schedule, limit: 9), Array(expected[2...]))
      try await expectProblem(.invalid, field: "limit") { try await schedules.upcoming(after: nil, limit: 10_001) }
      try await expectProblem(.invalid, field: "limit") { try await schedules.changes(after: 0, limit: 0) }
    },
    StoreConformanceCase("changes are numbered, each schedule has its last, and no number comes again") { fixture in
      let schedules = fixture.store.schedules
      let hook = try await fixture.deploy()
      try expectEqual(try await schedules.lastChange(), 0)
      let (first, second) = (try await fixture.schedule("one", of: hook), try await fixture.schedule("two", of: hook))
      func changes(after number: Int64 = 0, limit: Int = 9) async throws -> [ID<Schedule>] {
        let found = try await schedules.changes(after: number, limit: limit)
        try expectEqual(found.map(\.number), found.map(\.number).sorted())
        return found.map(\.slot.schedule)
      }
      try expectEqual(try await changes(), [first.id, second.id])
      try expectEqual(try await changes(limit: 1), [first.id])
      let number = try await schedules.lastChange()
      try expectEqual(try await schedules.changes(after: 0, limit: 9).last?.number, number)
      try expectEqual(try await changes(after: number), [])
      _ = try await fixture.fire(first, hook, 60)
      try await schedules.note(silent: [first.id: fixture.time(61)], resumed: [], at: fixture.time(62))
      try expectEqual(try await schedules.lastChange(), number)
      _ = try await schedules.update(
        first.id, definition: StoreFixture.everyMinute(payload: 1), isEnabled: nil, expected: nil, by: "key:1",
        at: fixture.time(70))
      try expectEqual(try await changes(after: number), [first.id])
      try expectEqual(try await changes(), [second.id, first.id])
      try expectEqual(try await schedules.changes(after: number, limit: 9).map(\.slot.due), [fixture.time(70)])
      let last = try await schedules.lastChange()
      _ = try await schedules.remove(first.id, by: "key:1", at: fixture.time(71))
      try expectEqual(try await schedules.lastChange(), last)
      let third = try await fixture.schedule("three", of: hook)
      try expectEqual(try await changes(after: last), [third.id])
    },
    StoreConformanceCase("who waits for changes is told of each, and not of claims") { fixture in
      let schedules = fixture.store.schedules
      let hook = try await fixture.deploy()
      let arrivals = schedules.arrivals()
      let reader = Task {
        var number: Int64 = 0
        var seen: Set<ID<Schedule>> = []
        for await _ in arrivals {
          for change in try await schedules.changes(after: number, limit: 100) {
            number = change.number
            seen.insert(change.slot.schedule)
          }
          if seen.count == 20 { break }
        }
        return seen
      }
      var made: Set<ID<Schedule>> = []
      for index in 0..<20 { made.insert(try await fixture.schedule("s\(index)", of: hook).id) }
      try expectEqual(try await reader.value, made)
    },
    StoreConformanceCase("who claims is given what runs are made of") { fixture in
      let schedules = fixture.store.schedules
      let (hook, other) = (try await fixture.deploy(), try await fixture.deploy("other"))
      let (first, second) = (try await fixture.schedule(of: hook), try await fixture.schedule(of: other))
      let off = try await fixture.schedule("off", of: hook)
      _ = try await schedules.update(
        off.id, definition: nil, isEnabled: false, expected: nil, by: "key:1", at: fixture.time(1))
      let next = try await fixture.deploy(bundle: StoreFixture.bundle("b"), at: 2)
      try expectEqual(
        try await schedules.claimable([second.id, off.id, ID(at: fixture.start), first.id]),
        [
          ClaimableSchedule(schedule: second, hook: other, instanceName: "main"),
          ClaimableSchedule(schedule: first, hook: next, instanceName: "main"),
        ])
      try expectEqual(try await schedules.claimable([]), [])
      try await expectProblem(.invalid) { try await schedules.claimable(Array(repeating: first.id, count: 1001)) }
    },
    StoreConformanceCase("a clock that is set back makes slots undecided that were decided by a wrong one") { fixture in
      let schedules = fixture.store.schedules
      let hook = try await fixture.deploy()
      let (ahead, behind) = (
        try await fixture.schedule("ahead", of: hook, StoreFixture.everyMinute(overlap: .allow)),
        try await fixture.schedule("behind", of: hook)
      )
      let run = try await fixture.fire(ahead, hook, 600)
      _ = try await fixture.fire(behind, hook, 60)
      let before = (try await fixture.reread(ahead), try await fixture.reread(behind))
      let number = try await schedules.lastChange()
      try expectEqual(try await schedules.rewind(to: fixture.time(600)), 0)
      try expectEqual(try await schedules.rewind(to: fixture.time(100)), 1)
      var expected = before.0
      expected.revision += 1
      (expected.state.decidedThrough, expected.state.due) = (fixture.time(100), fixture.time(100))
      try expectEqual(try await fixture.reread(ahead), expected)
      try expectEqual(try await fixture.reread(behind), before.1)
      try expectEqual(
        try await schedules.changes(after: number, limit: 9).map(\.slot),
        [UpcomingSlot(schedule: ahead.id, due: fixture.time(100))])
      let claim = fixture.claim(expected, hook, 540, 600)
      try expectEqual(try await fixture.written(claim).outcomes.map(\.word), ["stored", "taken"])
      try expectEqual(try await fixture.store.runs.find(run.id)?.status, .queued)
    },
    StoreConformanceCase("schedules are silent when a slot is due for longer than they tolerate") { fixture in
      let schedules = fixture.store.schedules
      let hook = try await fixture.deploy()
      func make(_ name: String, due: Int?, tolerance: Int) async throws -> Schedule {
        var schedule = fixture.newSchedule(
          name, of: hook, StoreFixture.everyMinute(tolerance: .seconds(tolerance)))
        schedule.state.due = due.map(fixture.time)
        return try await schedules.add(schedule, most: 99, by: "key:1", at: fixture.start)
      }
      let (late, later) = (
        try await make("late", due: 60, tolerance: 10), try await make("later", due: 30, tolerance: 10)
      )
      let patient = try await make("patient", due: 20, tolerance: 100)
      _ = try await make("done", due: nil, tolerance: 1)
      func silent(_ seconds: Int, limit: Int = 9) async throws -> [String] {
        try await schedules.silent(at: fixture.time(seconds), limit: limit).map(\.name)
      }
      try expectEqual(try await silent(40), [])
      try expectEqual(try await silent(41), ["later"])
      try expectEqual(try await silent(120), ["later", "late"])
      try expectEqual(try await silent(121, limit: 1), ["patient"])
      try await schedules.note(
        silent: [late.id: fixture.time(60), later.id: fixture.time(30)], resumed: [patient.id], at: fixture.time(71))
      let noted = try await fixture.reread(late)
      try expectEqual(noted.state.silentSince, fixture.time(60))
      try expectEqual(noted.revision, late.revision + 1)
      try await schedules.note(silent: [late.id: fixture.time(61)], resumed: [], at: fixture.time(72))
      try expectEqual(try await fixture.reread(late), noted)
      _ = try await fixture.fire(late, hook, 80)
      try expectEqual(try await silent(81), ["later", "late"])
      try await schedules.note(silent: [:], resumed: [late.id], at: fixture.time(82))
      try expectEqual(try await silent(82), ["later"])
      let after = try await fixture.reread(late)
      try expectEqual(after.state.silentSince, nil)
      try await schedules.note(silent: [:], resumed: [late.id], at: fixture.time(83))
      try expectEqual(try await fixture.reread(late), after)
      _ = try await schedules.update(
        later.id, definition: nil, isEnabled: false, expected: nil, by: "key:1", at: fixture.time(84))
      try expectEqual(try await silent(85), [])
      try await schedules.note(silent: [later.id: fixture.time(30)], resumed: [], at: fixture.time(86))
      try expectEqual(try await fixture.reread(later).state.silentSince, nil)
      let events = try await fixture.scheduleEvents().filter {
        ["schedule.silent", "schedule.resumed"].contains($0.kind)
      }
      try expectEqual(events.map(\.kind), ["schedule.silent", "schedule.silent", "schedule.resumed"])
      try expectEqual(events.map(\.subject), [later.id.text, late.id.text, late.id.text])
      try expectEqual(events.map(\.actor), ["host", "host", "host"])
      try expectEqual(
        events.last?.data, ["hook": "hello", "name": "late", "since": .string(fixture.time(60).rfc3339)])
    },
  ]
}
