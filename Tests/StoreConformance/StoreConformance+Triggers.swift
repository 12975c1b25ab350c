import Model
import Store

extension StoreConformance {
  static let triggerCases: [StoreConformanceCase] = [
    StoreConformanceCase("a trigger is added, changed, found, listed and removed") { fixture in
      let triggers = fixture.store.triggers
      let hook = try await fixture.deploy()
      let full = TriggerDefinition(
        source: .recordClass("scores"), signals: [.create, .update], fields: ["points", "a.b"],
        condition: TriggerCondition(
          new: ["points": FieldTest(minimum: 100), "x": FieldTest(equals: ["a": 1])],
          old: ["state": FieldTest(oneOf: ["open", nil, 2.5], exists: true, changed: false)]),
        moment: .before, budget: .milliseconds(250), description: "ünïcode")
      let first = try await fixture.trigger(of: hook, full)
      let second = try await fixture.trigger("other", of: hook, at: 1)
      try expectEqual([first.serial, second.serial], [1, 2])
      try expectEqual(first.definition, full)
      try expectEqual(try await triggers.find(first.id), first)
      try expectEqual(try await triggers.find(hook: hook.id, name: "other"), second)
      try expectEqual(try await triggers.find(hook: hook.id, name: "none"), nil)
      let filter = TriggerFilter(instance: fixture.instance.id)
      try expectEqual(try await triggers.list(filter, after: 0, limit: 1), [first])
      try expectEqual(try await triggers.list(filter, after: 1, limit: 9), [second])
      try await expectProblem(.invalid, field: "limit") { _ = try await triggers.list(filter, after: 0, limit: 0) }
      let off = try await triggers.update(
        first.id, definition: StoreFixture.onEvent("a.*"), isEnabled: false, expected: 1, by: "key:2",
        at: fixture.time(5))
      try expectEqual([off.revision, off.updatedAt.microseconds], [2, fixture.time(5).microseconds])
      try expectEqual(try await triggers.find(first.id), off)
      try expectEqual(
        try await triggers.update(
          first.id, definition: off.definition, isEnabled: false, expected: nil, by: "key:2", at: fixture.time(6)), off)
      try await expectProblem(.conflict, field: "expected_revision") {
        _ = try await triggers.update(
          first.id, definition: nil, isEnabled: true, expected: 1, by: "key:2", at: fixture.time(6))
      }
      try expectEqual(
        try await triggers.list(TriggerFilter(instance: fixture.instance.id, isEnabled: false), after: 0, limit: 9),
        [off])
      try expectEqual(try await triggers.remove(first.id, by: "key:3", at: fixture.time(7)), true)
      try expectEqual(try await triggers.remove(first.id, by: "key:3", at: fixture.time(7)), false)
      try expectEqual(try await triggers.find(first.id), nil)
      let events = try await fixture.triggerEvents()
      try expectEqual(
        events.map(\.kind),
        ["trigger.created", "trigger.created", "trigger.updated", "trigger.disabled", "trigger.removed"])
      try expectEqual(events.map(\.actor), ["key:1", "key:1", "key:2", "key:2", "key:3"])
      try expectEqual(events.last?.data, ["hook": "hello", "name": "go"])
    },
    StoreConformanceCase("a trigger that cannot be is refused") { fixture in
      let hook = try await fixture.deploy()
      _ = try await fixture.trigger(of: hook)
      try await expectProblem(.conflict, field: "name") { _ = try await fixture.trigger(of: hook) }
      try await expectProblem(.invalid, field: "name") { _ = try await fixture.trigger("No Name", of: hook) }
      try await expectProblem(.tooMany) {
        _ = try await fixture.store.triggers.add(
          fixture.newTrigger("two", of: hook), most: 1, by: "key:1", at: fixture.time(1))
      }
      try expectEqual(try await fixture.store.hooks.remove(hook.id, at: fixture.time(2)), true)
      try await expectProblem(.notFound) { _ = try await fixture.trigger("late", of: hook) }
      try expectEqual(try await fixture.triggers(of: hook), [])
      try await expectProblem(.notFound) {
        _ = try await fixture.store.triggers.update(
          ID(at: fixture.time(0)), definition: nil, isEnabled: true, expected: nil, by: "key:1", at: fixture.time(2))
      }
    },
    StoreConformanceCase("what a version declares of triggers comes, changes and goes with it") { fixture in
      let triggers = fixture.store.triggers
      let event = StoreFixture.onEvent
      let hook = try await fixture.declare(triggers: ["a": event("x"), "b": event("x")], bundle: "a", at: 1)
      let all = try await fixture.triggers(of: hook)
      try expectEqual(all.map(\.name), ["a", "b"])
      try expectEqual(all.map(\.origin), [.manifest, .manifest])
      _ = try await triggers.update(
        all[0].id, definition: nil, isEnabled: false, expected: nil, by: "key:2", at: fixture.time(2))
      try await expectProblem(.conflict) {
        _ = try await triggers.update(
          all[1].id, definition: event("y"), isEnabled: nil, expected: nil, by: "key:2", at: fixture.time(2))
      }
      try await expectProblem(.conflict) { _ = try await triggers.remove(all[1].id, by: "key:2", at: fixture.time(2)) }
      _ = try await fixture.declare(triggers: ["a": event("x"), "c": event("z")], bundle: "b", at: 3)
      let after = try await fixture.triggers(of: hook)
      try expectEqual(after.map(\.name), ["a", "c"])
      try expectEqual(after[0].isEnabled, false)
      try expectEqual(after[0].id, all[0].id)
      _ = try await fixture.store.hooks.activate(hook.id, number: 1, expected: nil, by: "key:3", at: fixture.time(4))
      try expectEqual(try await fixture.triggers(of: hook).map(\.name), ["a", "b"])
      _ = try await fixture.trigger("own", of: hook)
      try await expectProblem(.conflict, field: "triggers") {
        _ = try await fixture.declare(triggers: ["own": event("x")], bundle: "c", at: 5)
      }
      try expectEqual(try await fixture.triggers(of: hook).map(\.name), ["a", "b", "own"])
    },
    StoreConformanceCase("an import brings triggers, or changes nothing") { fixture in
      let hook = try await fixture.declare(triggers: ["declared": StoreFixture.onEvent()], bundle: "a")
      let bring = { (name: String, kind: String) in
        _ = try await fixture.store.hooks.importDefinitions(
          DefinitionImport(
            instance: fixture.instance.id, deployments: [], variables: [],
            triggers: [
              DefinitionImport.Trigger(hookName: "hello", name: "new", definition: StoreFixture.onEvent(kind)),
              DefinitionImport.Trigger(
                hookName: "hello", name: name, definition: StoreFixture.onEvent(kind), isEnabled: false),
            ], actor: "key:4"), at: fixture.time(9))
      }
      try await bring("own", "a.b")
      try await bring("own", "c.d")
      let all = try await fixture.triggers(of: hook)
      try expectEqual(all.map(\.name), ["declared", "new", "own"])
      try expectEqual(all.map(\.isEnabled), [true, true, false])
      try expectEqual(all.map(\.definition.source.pattern), ["report.finished", "c.d", "c.d"])
      try await expectProblem(.conflict) { try await bring("declared", "e.f") }
      try expectEqual(try await fixture.triggers(of: hook), all)
    },
    StoreConformanceCase("who reacts to a change sees the triggers that are active at that moment") { fixture in
      let hook = try await fixture.deploy()
      let other = try await fixture.deploy("other")
      let instance = fixture.instance.id
      try expectEqual(try await fixture.active(in: instance), [])
      let first = try await fixture.trigger("one", of: hook)
      _ = try await fixture.trigger("two", of: other)
      try expectEqual(try await fixture.active(in: instance), ["hello/one", "other/two"])
      try expectEqual(try await fixture.active(in: nil), ["hello/one", "other/two"])
      _ = try await fixture.store.triggers.update(
        first.id, definition: nil, isEnabled: false, expected: nil, by: "key:1", at: fixture.time(1))
      try expectEqual(try await fixture.active(in: instance), ["other/two"])
      _ = try await fixture.store.hooks.update(
        other.id, enabled: false, name: nil, expected: nil, by: "key:1", at: fixture.time(2))
      try expectEqual(try await fixture.active(in: instance), [])
      _ = try await fixture.store.hooks.update(
        other.id, enabled: true, name: "renamed", expected: nil, by: "key:1", at: fixture.time(3))
      try expectEqual(try await fixture.active(in: instance), ["renamed/two"])
      _ = try await fixture.store.hooks.remove(other.id, at: fixture.time(4))
      try expectEqual(try await fixture.active(in: instance), [])
      let second = try await fixture.store.instances.create(name: "second", at: fixture.time(5))
      try expectEqual(try await fixture.active(in: second.id), [])
    },
    StoreConformanceCase("an event and the runs that it starts are stored together, and then what waited is done") {
      fixture in
      let hook = try await fixture.deploy()
      let trigger = try await fixture.trigger(of: hook)
      let (words, say) = AsyncStream.makeStream(of: String.self)
      var run = fixture.run(1, hook: hook)
      run.cause = RunCause(kind: .trigger, trigger: trigger.id, depth: 1, chain: [trigger.id])
      let event = Event(instance: fixture.instance.id, time: fixture.time(1), kind: "report.finished", actor: "key:1")
      let stored = try await fixture.store.triggers.write(bytes: 9) { [run] transaction in
        let event = try transaction.append(event)
        let run = try transaction.enqueue(run, StoreFixture.fullBodies)
        transaction.afterCommit { say.yield("done") }
        return (event: event, run: run)
      }
      say.finish()
      try expectEqual(stored.run.serial, 1)
      var heard: [String] = []
      for await word in words { heard.append(word) }
      try expectEqual(heard, ["done"])
      try expectEqual(try await fixture.store.runs.find(stored.run.id), stored.run)
      try expectEqual(try await fixture.store.runs.bodies(stored.run.id), StoreFixture.fullBodies)
      let filter = RunFilter(instance: fixture.instance.id, trigger: trigger.id)
      try expectEqual(try await fixture.store.runs.list(filter, cursor: nil, limit: 9).items, [stored.run])
      let others = RunFilter(instance: fixture.instance.id, trigger: ID(at: fixture.time(9)))
      try expectEqual(try await fixture.store.runs.list(others, cursor: nil, limit: 9).items, [])
      let before = try await fixture.store.events.list(instance: fixture.instance.id, after: 0, limit: 100)
      try expectEqual(before.last, stored.event)
      try await expectProblem(.invalid) {
        try await fixture.store.triggers.write(bytes: 9) { [run] transaction in
          _ = try transaction.append(event)
          var second = run
          second.id = ID(at: fixture.time(2))
          _ = try transaction.enqueue(second, RunBodies())
          throw Problem(.invalid, "no")
        }
      }
      try expectEqual(
        try await fixture.store.events.list(instance: fixture.instance.id, after: 0, limit: 100), before)
      try expectEqual(try await fixture.store.runs.queued(limit: 9).map(\.run.id), [stored.run.id])
    },
  ]
}
