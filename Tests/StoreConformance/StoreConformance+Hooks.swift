import Model
import Store

extension StoreConformance {
  static let hookCases: [StoreConformanceCase] = [
    StoreConformanceCase("a deployed hook is found by name and by id, with all of its version") { fixture in
      let (hook, changed) = try await fixture.store.hooks.deploy(
        instance: fixture.instance.id, name: "hello", bundle: StoreFixture.bundle("a"),
        definition: StoreFixture.definition(), origin: "folder", at: fixture.start)
      try expect(changed, "a new hook is a change")
      try expectEqual(hook.serial, 1)
      try expectEqual(hook.version.number, 1)
      try expectEqual(hook.version.bundle, StoreFixture.bundle("a"))
      try expectEqual(hook.version.definition, StoreFixture.definition())
      try expectEqual(try await fixture.store.hooks.find(instance: fixture.instance.id, name: "hello"), hook)
      try expectEqual(try await fixture.store.hooks.find(hook.id), hook)
      try expectEqual(try await fixture.store.hooks.find(instance: fixture.instance.id, name: "other"), nil)
    },
    StoreConformanceCase("deploying what is active changes nothing") { fixture in
      let hook = try await fixture.deploy()
      let (again, changed) = try await fixture.store.hooks.deploy(
        instance: fixture.instance.id, name: "hello", bundle: StoreFixture.bundle("a"),
        definition: StoreFixture.definition(), origin: "folder", at: fixture.time(9))
      try expect(!changed, "the same bundle and definition are no change")
      try expectEqual(again, hook)
      try expectEqual(try await fixture.store.hooks.versions(hook.id).count, 1)
      let events = try await fixture.store.events.list(instance: fixture.instance.id, after: 0, limit: 10)
      try expectEqual(events.count, 1)
    },
    StoreConformanceCase("another bundle or definition is a new version of the same hook, with its event") { fixture in
      let hook = try await fixture.deploy()
      let second = try await fixture.deploy(bundle: StoreFixture.bundle("b"), at: 1)
      let (third, changed) = try await fixture.store.hooks.deploy(
        instance: fixture.instance.id, name: "hello", bundle: StoreFixture.bundle("b"),
        definition: StoreFixture.definition(description: "new"), origin: "folder", at: fixture.time(2))
      try expect(changed, "another definition is a change")
      try expectEqual([second.id, third.id], [hook.id, hook.id])
      try expectEqual(third.createdAt, hook.createdAt)
      try expectEqual(third.updatedAt, fixture.time(2))
      let versions = try await fixture.store.hooks.versions(hook.id)
      try expectEqual(versions, [third.version, second.version, hook.version])
      try expectEqual(versions.map(\.number), [3, 2, 1])
      let events = try await fixture.store.events.list(instance: fixture.instance.id, after: 0, limit: 10)
      try expectEqual(events.map(\.kind), ["hook.deployed", "hook.deployed", "hook.deployed"])
      try expectEqual(events.last?.subject, hook.id.text)
      try expectEqual(events.last?.data["version"], 3)
    },
    StoreConformanceCase("hooks are numbered per instance and listed by name") { fixture in
      let other = try await fixture.store.instances.create(name: "other", at: fixture.start)
      let second = try await fixture.deploy("b")
      let first = try await fixture.deploy("a")
      let theirs = try await fixture.store.hooks.deploy(
        instance: other.id, name: "a", bundle: StoreFixture.bundle("a"), definition: StoreFixture.definition(),
        origin: "folder", at: fixture.start
      ).hook
      try expectEqual([second.serial, first.serial, theirs.serial], [1, 2, 1])
      try expectEqual(try await fixture.store.hooks.list(instance: fixture.instance.id), [first, second])
      try expectEqual(try await fixture.store.hooks.list(instance: other.id), [theirs])
      let store = fixture.store.hooks
      try expectEqual(try await store.list(instance: fixture.instance.id, after: nil, limit: 1), [first])
      try expectEqual(try await store.list(instance: fixture.instance.id, after: "a", limit: 9), [second])
      try expectEqual(try await store.list(instance: fixture.instance.id, after: "b", limit: 9), [])
    },
    StoreConformanceCase("a removed hook is gone, its versions and runs stay, its name is free") { fixture in
      let hook = try await fixture.deploy()
      let run = try await fixture.store.runs.record(fixture.run(hook: hook, status: .succeeded), RunBodies(), logs: [])
        .run
      try expect(try await fixture.store.hooks.remove(hook.id, at: fixture.time(1)), "it was there")
      try expect(!(try await fixture.store.hooks.remove(hook.id, at: fixture.time(2))), "it is removed once")
      try expectEqual(try await fixture.store.hooks.find(hook.id), nil)
      try expectEqual(try await fixture.store.hooks.list(instance: fixture.instance.id), [])
      try expectEqual(try await fixture.store.hooks.versions(hook.id), [hook.version])
      try expectEqual(try await fixture.store.runs.find(run.id)?.hook, hook.id)
      let again = try await fixture.deploy()
      try expect(again.id != hook.id, "a hook that comes again is another one")
      try expectEqual(again.serial, 2)
      let events = try await fixture.store.events.list(instance: fixture.instance.id, after: 0, limit: 10)
      try expectEqual(events.map(\.kind), ["hook.deployed", "hook.removed", "hook.deployed"])
    },
    StoreConformanceCase("bundles are in use by versions of hooks that are there and by runs that have not ended") {
      fixture in
      let hook = try await fixture.deploy()
      _ = try await fixture.deploy(bundle: StoreFixture.bundle("b"), at: 1)
      _ = try await fixture.deploy("second", bundle: StoreFixture.bundle("c"))
      let run = try await fixture.store.runs.enqueue(fixture.run(hook: hook), RunBodies())
      let hash = { (digit: Character) in StoreFixture.bundle(digit).hash }
      try expectEqual(try await fixture.store.hooks.bundlesInUse(), [hash("a"), hash("b"), hash("c")])
      _ = try await fixture.store.hooks.remove(hook.id, at: fixture.time(2))
      try expectEqual(try await fixture.store.hooks.bundlesInUse(), [hash("a"), hash("c")])
      _ = try await fixture.store.runs.finish(
        run.id, RunEnd(status: .cancelled, endedAt: fixture.time(3)), bodies: nil, logs: [])
      try expectEqual(try await fixture.store.hooks.bundlesInUse(), [hash("c")])
    },
    StoreConformanceCase("layers are in use as long as the versions and runs that have them") { fixture in
      let name = { (digit: Character) in String(repeating: digit, count: 64) }
      let definition = { (layers: HookLayers?) in
        HookDefinition(runtime: "swift", entry: "main.swift", layers: layers)
      }
      func deploy(_ bundle: Character, _ layers: HookLayers?, at seconds: Int) async throws -> Hook {
        try await fixture.store.hooks.deploy(
          instance: fixture.instance.id, name: "compiled", bundle: StoreFixture.bundle(bundle),
          definition: definition(layers), origin: "test", at: fixture.time(seconds)
        ).hook
      }
      _ = try await deploy("a", nil, at: 0)
      _ = try await deploy("a", HookLayers(prepared: name("1")), at: 1)
      let hook = try await deploy("a", HookLayers(prepared: name("2"), dependencies: name("3")), at: 2)
      try expectEqual(hook.version.number, 3)
      try expectEqual(try await fixture.store.hooks.find(hook.id)?.version.definition.layers?.prepared, name("2"))
      let bundle = StoreFixture.bundle("a").hash
      try expectEqual(
        try await fixture.store.hooks.bundlesInUse(), [bundle, name("1"), name("2"), name("3")])
      let run = try await fixture.store.runs.enqueue(fixture.run(hook: hook), RunBodies())
      _ = try await fixture.store.hooks.remove(hook.id, at: fixture.time(3))
      try expectEqual(
        try await fixture.store.hooks.bundlesInUse(), Set([bundle] + (run.definition.layers?.names ?? [])))
    },
    StoreConformanceCase("a hook needs an instance that is there and a name that keeps the rule") { fixture in
      try await expectProblem(.notFound) {
        try await fixture.store.hooks.deploy(
          instance: ID(at: fixture.start), name: "hello", bundle: StoreFixture.bundle("a"),
          definition: StoreFixture.definition(), origin: "folder", at: fixture.start)
      }
      try await expectProblem(.invalid, field: "name") { try await fixture.deploy("no/name") }
    },
    StoreConformanceCase("many who deploy the same at once make one version") { fixture in
      let changes = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<20 {
          group.addTask {
            try await fixture.store.hooks.deploy(
              instance: fixture.instance.id, name: "hello", bundle: StoreFixture.bundle("a"),
              definition: StoreFixture.definition(), origin: "folder", at: fixture.start
            ).changed
          }
        }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      try expectEqual(changes, 1)
    },
  ]
}
