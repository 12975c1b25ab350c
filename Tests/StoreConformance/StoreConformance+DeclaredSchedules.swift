import Model
import Store

extension StoreConformance {
  static let declaredScheduleCases: [StoreConformanceCase] = [
    StoreConformanceCase("what a version declares comes, changes and goes with it") { fixture in
      let schedules = fixture.store.schedules
      let hook = try await fixture.declare(["a": 1, "b": 1, "c": 1], bundle: "a", at: 10)
      var all = try await fixture.schedules(of: hook)
      try expectEqual(all.map(\.name), ["a", "b", "c"])
      try expectEqual(all.map(\.serial), [1, 2, 3])
      for schedule in all {
        try expectEqual(schedule.origin, .manifest)
        try expectEqual(schedule.definition, StoreFixture.everyMinute(payload: 1))
        try expectEqual(
          schedule.state, ScheduleState(decidedThrough: fixture.time(10), due: fixture.time(10)))
        try expectEqual([schedule.createdAt, schedule.updatedAt], [fixture.time(10), fixture.time(10)])
        try expectEqual(try await schedules.find(schedule.id), schedule)
      }
      for schedule in all { _ = try await fixture.fire(schedule, hook, 60) }
      _ = try await schedules.update(
        all[0].id, definition: nil, isEnabled: false, expected: nil, by: "key:2", at: fixture.time(61))
      all = try await fixture.schedules(of: hook)
      let number = try await schedules.lastChange()
      _ = try await fixture.declare(["a": 1, "b": 2, "d": 1], bundle: "b", at: 70)
      let after = try await fixture.schedules(of: hook)
      try expectEqual(after.map(\.name), ["a", "b", "d"])
      try expectEqual(after[0], all[0])
      var changed = all[1]
      changed.definition = StoreFixture.everyMinute(payload: 2)
      changed.revision += 1
      changed.updatedAt = fixture.time(70)
      (changed.state.decidedThrough, changed.state.due) = (fixture.time(70), fixture.time(70))
      try expectEqual(after[1], changed)
      try expectEqual(after[2].serial, 4)
      try expectEqual(try await fixture.runs(of: all[2]).count, 1)
      try expectEqual(
        try await schedules.changes(after: number, limit: 9).map(\.slot.schedule), [after[1].id, after[2].id])
      let events = try await fixture.scheduleEvents().suffix(3)
      try expectEqual(events.map(\.kind), ["schedule.removed", "schedule.updated", "schedule.created"])
      try expectEqual(events.map(\.actor), ["key:1", "key:1", "key:1"])
      try expectEqual(
        events.map(\.data), ["c", "b", "d"].map { ["hook": "hello", "name": .string($0)] })
    },
    StoreConformanceCase("another bundle with the same schedules leaves them as they are") { fixture in
      let hook = try await fixture.declare(["a": 1], bundle: "a")
      let before = try await fixture.schedules(of: hook)
      let number = try await fixture.store.schedules.lastChange()
      _ = try await fixture.declare(["a": 1.0], bundle: "b", at: 9)
      try expectEqual(try await fixture.schedules(of: hook), before)
      try expectEqual(try await fixture.store.schedules.lastChange(), number)
      try expectEqual(try await fixture.scheduleEvents().count, 1)
    },
    StoreConformanceCase("a rollback, the folder and an import bring their schedules too") { fixture in
      let hook = try await fixture.declare(["a": 1], bundle: "a")
      _ = try await fixture.declare([:], bundle: "b", at: 1)
      try expectEqual(try await fixture.schedules(of: hook), [])
      _ = try await fixture.store.hooks.activate(hook.id, number: 1, expected: nil, by: "key:3", at: fixture.time(2))
      try expectEqual(try await fixture.schedules(of: hook).map(\.createdAt), [fixture.time(2)])
      try expectEqual(try await fixture.scheduleEvents().map(\.actor), ["key:1", "key:1", "key:3"])
      let folder = try require(
        try await fixture.store.hooks.deployFromFolder(
          fixture.deployment(declaring: ["f": 1], named: "folder", bundle: "c"), at: fixture.time(3)
        ).hook, "it is there")
      try expectEqual(try await fixture.schedules(of: folder).map(\.name), ["f"])
      let imported = try await fixture.store.hooks.importDefinitions(
        DefinitionImport(
          instance: fixture.instance.id,
          deployments: [fixture.deployment(declaring: ["i": 1], named: "imported", bundle: "d")], variables: [],
          actor: "key:4"), at: fixture.time(4))
      try expectEqual(try await fixture.schedules(of: imported[0].hook).map(\.name), ["i"])
    },
    StoreConformanceCase("an import makes and changes schedules beside the declared ones, or changes nothing") {
      fixture in
      let hook = try await fixture.declare(["declared": 1], bundle: "a")
      let own = try await fixture.schedule("own", of: hook)
      let bring = { (names: [String], seconds: Int) in
        _ = try await fixture.store.hooks.importDefinitions(
          DefinitionImport(
            instance: fixture.instance.id, deployments: [], variables: [],
            schedules: names.map { name in
              DefinitionImport.Schedule(
                hookName: name == "nobody" ? "nobody" : hook.name, name: name,
                definition: StoreFixture.everyMinute(overlap: .queue), isEnabled: name != "off")
            }, actor: "key:7"), at: fixture.time(seconds))
      }
      let before = try await fixture.schedules(of: hook)
      for wrong in ["declared", "nobody", "No Name"] {
        let code: Problem.Code = wrong == "declared" ? .conflict : wrong == "nobody" ? .notFound : .invalid
        try await expectProblem(code) { try await bring(["new", "own", wrong], 1) }
      }
      try expectEqual(try await fixture.schedules(of: hook), before)
      try await bring(["own", "new", "off"], 2)
      let after = Dictionary(uniqueKeysWithValues: try await fixture.schedules(of: hook).map { ($0.name, $0) })
      try expectEqual(Set(after.keys), ["declared", "own", "new", "off"])
      try expectEqual(after["own"]?.id, own.id)
      try expectEqual(after["own"]?.definition.overlap, .queue)
      try expectEqual(after["own"]?.state.decidedThrough, fixture.time(2))
      try expectEqual(after["new"]?.origin, .api)
      try expectEqual(after["off"]?.isEnabled, false)
      let kinds = try await fixture.scheduleEvents().filter { $0.actor == "key:7" }.map(\.kind)
      try expectEqual(kinds, ["schedule.updated", "schedule.created", "schedule.created"])
      try await bring(["own"], 3)
      try expectEqual(try await fixture.reread(own).revision, after["own"]?.revision)
    },
    StoreConformanceCase("a version that declares a name which somebody has taken is not deployed") { fixture in
      let schedules = fixture.store.schedules
      let hook = try await fixture.deploy()
      let own = try await fixture.schedule("a", of: hook)
      try await expectProblem(.conflict, field: "schedules") {
        try await fixture.declare(["a": 1, "b": 1], bundle: "b", at: 1)
      }
      try expectEqual(try await fixture.schedules(of: hook), [own])
      try expectEqual(try await fixture.store.hooks.find(hook.id)?.version.number, 1)
      _ = try await schedules.remove(own.id, by: "key:1", at: fixture.time(2))
      _ = try await fixture.declare(["a": 1], bundle: "b", at: 3)
      let declared = try await fixture.schedules(of: hook)[0]
      try await expectProblem(.conflict, field: "name") { try await fixture.schedule("a", of: hook) }
      try await expectProblem(.conflict) {
        try await schedules.update(
          declared.id, definition: StoreFixture.everyMinute(), isEnabled: nil, expected: nil, by: "key:1",
          at: fixture.time(4))
      }
      try await expectProblem(.conflict) {
        try await schedules.remove(declared.id, by: "key:1", at: fixture.time(4))
      }
      try expectEqual(try await fixture.reread(declared), declared)
    },
    StoreConformanceCase("a removed hook takes its schedules with it") { fixture in
      let hook = try await fixture.declare(["a": 1], bundle: "a")
      let other = try await fixture.schedule(of: try await fixture.deploy("other"))
      let mine = try await fixture.schedule("b", of: hook)
      let claim = fixture.claim(mine, hook, 60)
      _ = try await fixture.store.hooks.remove(hook.id, at: fixture.time(1))
      try expectEqual(try await fixture.schedules(of: hook), [])
      try expectEqual(try await fixture.store.schedules.claim([claim], at: fixture.time(60)), [.stale])
      try expectEqual(
        try await fixture.store.schedules.upcoming(after: nil, limit: 9).map(\.schedule), [other.id])
      let next = try await fixture.declare(["a": 1], bundle: "a", at: 2)
      try expectEqual(try await fixture.schedules(of: next).map(\.name), ["a"])
    },
    StoreConformanceCase("the schedules of a disabled hook rest; enabled, they begin anew") { fixture in
      let schedules = fixture.store.schedules
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook)
      let off = try await fixture.schedule("off", of: hook)
      _ = try await schedules.update(
        off.id, definition: nil, isEnabled: false, expected: nil, by: "key:1", at: fixture.time(1))
      try await schedules.note(silent: [schedule.id: fixture.time(1)], resumed: [], at: fixture.time(2))
      func enable(_ isEnabled: Bool, at seconds: Int) async throws {
        _ = try await fixture.store.hooks.update(
          hook.id, enabled: isEnabled, name: nil, expected: nil, by: "key:1", at: fixture.time(seconds))
      }
      try await enable(false, at: 3)
      let number = try await schedules.lastChange()
      let resting = try await fixture.reread(schedule)
      try expect(resting.isEnabled, "it is its hook that is disabled")
      try expectEqual(resting.state, schedule.state)
      try expectEqual(try await schedules.upcoming(after: nil, limit: 9), [])
      try expectEqual(try await schedules.claimable([schedule.id]), [])
      try expectEqual(try await schedules.silent(at: fixture.time(999), limit: 9), [])
      try await enable(true, at: 70)
      let after = try await fixture.reread(schedule)
      try expectEqual(after.revision, resting.revision + 1)
      try expectEqual(
        after.state, ScheduleState(decidedThrough: fixture.time(70), due: fixture.time(70)))
      let slot = UpcomingSlot(schedule: schedule.id, due: fixture.time(70))
      try expectEqual(try await schedules.upcoming(after: nil, limit: 9), [slot])
      try expectEqual(try await schedules.changes(after: number, limit: 9).map(\.slot), [slot])
      try expect(!(try await fixture.reread(off).isEnabled), "what somebody has disabled stays so")
    },
    StoreConformanceCase("another name of the hook or the instance has schedules looked at anew") { fixture in
      let schedules = fixture.store.schedules
      let hook = try await fixture.deploy()
      let schedule = try await fixture.schedule(of: hook)
      var done = fixture.newSchedule("done", of: hook)
      done.state.due = nil
      _ = try await schedules.add(done, most: 9, by: "key:1", at: fixture.start)
      _ = try await fixture.fire(schedule, hook, 60)
      var number = try await schedules.lastChange()
      func expectLook(at seconds: Int) async throws {
        let found = try await schedules.changes(after: number, limit: 9)
        try expectEqual(
          found.map(\.slot), [UpcomingSlot(schedule: schedule.id, due: fixture.time(seconds))])
        number = found[0].number
        try expectEqual(try await fixture.reread(schedule).state.decidedThrough, fixture.time(60))
      }
      _ = try await fixture.store.hooks.update(
        hook.id, enabled: nil, name: "greet", expected: nil, by: "key:1", at: fixture.time(70))
      try await expectLook(at: 70)
      try expectEqual(try await fixture.reread(schedule).hookName, "greet")
      _ = try await fixture.store.instances.rename(
        fixture.instance.id, to: "shop", by: "key:1", at: fixture.time(80))
      try await expectLook(at: 80)
      try expectEqual(try await schedules.claimable([schedule.id]).map(\.instanceName), ["shop"])
    },
  ]
}

extension StoreFixture {
  /// A version of a hook with these schedules, by name, each with a payload.
  func deployment(
    declaring payloads: [String: JSONValue], named name: String = "hello", bundle: Character
  ) -> Deployment {
    var deployment = deployment(name, bundle: bundle)
    deployment.definition.schedules = payloads.sorted { $0.key < $1.key }.map {
      DeclaredSchedule(name: $0.key, definition: Self.everyMinute(payload: $0.value))
    }
    return deployment
  }

  func declare(_ payloads: [String: JSONValue], bundle: Character, at seconds: Int = 0) async throws -> Hook {
    try await store.hooks.deploy([deployment(declaring: payloads, bundle: bundle)], at: time(seconds))[0].hook
  }

  func schedules(of hook: Hook) async throws -> [Schedule] {
    try await store.schedules.list(ScheduleFilter(instance: hook.instance, hook: hook.id), after: 0, limit: 100)
  }
}
