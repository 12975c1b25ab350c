import Model
import Store

extension StoreConformance {
  static let hookChangeCases: [StoreConformanceCase] = [
    StoreConformanceCase("versions are read page by page and one by one, with origin and actor") { fixture in
      let hook = try await fixture.deploy()
      for (index, digit) in "bcd".enumerated() {
        _ = try await fixture.store.hooks.deploy([fixture.deployment(bundle: digit)], at: fixture.time(index + 1))
      }
      let page = try await fixture.store.hooks.versions(hook.id, before: nil, limit: 2)
      try expectEqual(page.map(\.number), [4, 3])
      try expectEqual(page.map(\.origin), [.api, .api])
      try expectEqual(page.map(\.actor), ["key:1", "key:1"])
      let rest = try await fixture.store.hooks.versions(hook.id, before: 3, limit: 2)
      try expectEqual(rest.map(\.number), [2, 1])
      try expectEqual(rest.last?.origin, .folder)
      try expectEqual(try await fixture.store.hooks.version(hook.id, number: 3), page.last)
      try expectEqual(try await fixture.store.hooks.version(hook.id, number: 5), nil)
      try await expectProblem(.invalid, field: "limit") {
        try await fixture.store.hooks.versions(hook.id, before: nil, limit: 0)
      }
    },
    StoreConformanceCase("several deployments are written together or not at all") { fixture in
      try await expectProblem(.conflict, field: "expected_version") {
        try await fixture.store.hooks.deploy(
          [fixture.deployment("one"), fixture.deployment("two", expectedVersion: 3)], at: fixture.start)
      }
      try expectEqual(try await fixture.store.hooks.list(instance: fixture.instance.id), [])
      try expectEqual(try await fixture.store.events.list(instance: fixture.instance.id, after: 0, limit: 9), [])
      let both = try await fixture.store.hooks.deploy(
        [fixture.deployment("one", expectedVersion: 0), fixture.deployment("two", isEnabled: false)],
        at: fixture.start)
      try expectEqual(both.map(\.hook.name), ["one", "two"])
      try expectEqual(
        try await fixture.store.hooks.list(instance: fixture.instance.id).map(\.isEnabled), [true, false])
      let again = try await fixture.store.hooks.deploy(
        [fixture.deployment("one"), fixture.deployment("two", isEnabled: true)], at: fixture.start)
      try expectEqual(again.map(\.changed), [false, true])
    },
    StoreConformanceCase("definitions are compared as they are read back") { fixture in
      var whole = fixture.deployment()
      whole.definition.config = ["n": 1.0]
      var same = fixture.deployment()
      same.definition.config = ["n": 1]
      _ = try await fixture.store.hooks.deploy([whole], at: fixture.start)
      try expect(
        !(try await fixture.store.hooks.deploy([same], at: fixture.time(1))[0].changed), "1.0 and 1 are one number")
    },
    StoreConformanceCase("an earlier version is made active again, and versions that follow count on") { fixture in
      let hook = try await fixture.deploy()
      let second = try await fixture.deploy(bundle: StoreFixture.bundle("b"), at: 1)
      let back = try await fixture.store.hooks.activate(
        hook.id, number: 1, expected: 2, by: "key:1", at: fixture.time(2))
      try expectEqual(back.version, hook.version)
      try expectEqual(try await fixture.store.hooks.find(instance: fixture.instance.id, name: "hello"), back)
      _ = try await fixture.store.hooks.activate(hook.id, number: 1, expected: nil, by: "key:1", at: fixture.time(3))
      try await expectProblem(.conflict, field: "expected_version") {
        try await fixture.store.hooks.activate(hook.id, number: 2, expected: 2, by: "key:1", at: fixture.time(3))
      }
      try await expectProblem(.notFound) {
        try await fixture.store.hooks.activate(hook.id, number: 3, expected: nil, by: "key:1", at: fixture.time(3))
      }
      let third = try await fixture.deploy(bundle: StoreFixture.bundle("b"), at: 4)
      try expectEqual(third.version.number, 3)
      try expectEqual(third.version.bundle, second.version.bundle)
      let events = try await fixture.store.events.list(instance: fixture.instance.id, after: 0, limit: 9)
      try expectEqual(
        events.map(\.kind), ["hook.deployed", "hook.deployed", "hook.rolled_back", "hook.deployed"])
      try expectEqual(events[2].actor, "key:1")
      try expectEqual(events[2].data, ["name": "hello", "from": 2, "version": 1])
    },
    StoreConformanceCase("a hook is disabled and enabled, each with one event") { fixture in
      let hook = try await fixture.deploy()
      for isEnabled in [false, false, true] {
        let changed = try await fixture.store.hooks.update(
          hook.id, enabled: isEnabled, name: nil, expected: 1, by: "key:1", at: fixture.time(1))
        try expectEqual(changed.isEnabled, isEnabled)
        try expectEqual(
          try await fixture.store.hooks.find(instance: fixture.instance.id, name: "hello")?.isEnabled, isEnabled)
      }
      let events = try await fixture.store.events.list(instance: fixture.instance.id, after: 0, limit: 9)
      try expectEqual(events.map(\.kind), ["hook.deployed", "hook.disabled", "hook.enabled"])
      try await expectProblem(.notFound) {
        try await fixture.store.hooks.update(
          ID(at: fixture.start), enabled: true, name: nil, expected: nil, by: "key:1", at: fixture.start)
      }
    },
    StoreConformanceCase("a renamed hook keeps what it has; its runs and logs are found under the new name") {
      fixture in
      let hook = try await fixture.deploy()
      _ = try await fixture.deploy("taken")
      let run = try await fixture.store.runs.record(
        fixture.run(hook: hook, status: .succeeded), RunBodies(), logs: [fixture.entry("old", hook: hook)]
      ).run
      let rename = { (name: String) in
        try await fixture.store.hooks.update(
          hook.id, enabled: nil, name: name, expected: nil, by: "key:1", at: fixture.time(1))
      }
      try await expectProblem(.conflict, field: "name") { try await rename("taken") }
      try await expectProblem(.invalid, field: "name") { try await rename("no/name") }
      let renamed = try await rename("greet")
      try expectEqual(renamed.id, hook.id)
      try expectEqual(renamed.version, hook.version)
      try expectEqual(try await fixture.store.hooks.find(instance: fixture.instance.id, name: "hello"), nil)
      try expectEqual(try await fixture.store.hooks.find(instance: fixture.instance.id, name: "greet"), renamed)
      try expectEqual(try await fixture.store.hooks.formerNames(hook.id), ["hello"])
      // Somebody else of the old name does not count.
      let other = try await fixture.deploy("hello", at: 2)
      _ = try await fixture.store.runs.record(
        fixture.run(hook: other, status: .succeeded), RunBodies(), logs: [fixture.entry("other", hook: other)])
      let formerly = FormerNames(hook: hook.id, names: ["hello"])
      let runs = try await fixture.store.runs.list(
        RunFilter(instance: fixture.instance.id, hookName: "greet", formerly: formerly), cursor: nil, limit: 9)
      try expectEqual(runs.items.map(\.id), [run.id])
      let logs = try await fixture.store.logs.list(
        LogFilter(instance: fixture.instance.id, hookName: "greet", formerly: formerly), limit: 9)
      try expectEqual(logs.map(\.value), [.json("old")])
      try expect(
        LogFilter(instance: fixture.instance.id, hookName: "greet", formerly: formerly).admits(logs[0]),
        "a feed admits what a list shows")
      let events = try await fixture.store.events.list(
        EventFilter(instance: fixture.instance.id, kind: "hook.renamed"), limit: 9)
      try expectEqual(events.map(\.data), [["from": "hello", "name": "greet"]])
    },
    StoreConformanceCase("a hook is removed by whom it says, at the version that they expect") { fixture in
      let hook = try await fixture.deploy()
      try await expectProblem(.conflict, field: "expected_version") {
        try await fixture.store.hooks.remove(hook.id, expected: 2, by: "key:1", at: fixture.start)
      }
      try expect(
        try await fixture.store.hooks.remove(hook.id, expected: 1, by: "key:1", at: fixture.start), "it was there")
      let events = try await fixture.store.events.list(instance: fixture.instance.id, after: 0, limit: 9)
      try expectEqual(events.last?.kind, "hook.removed")
      try expectEqual(events.last?.actor, "key:1")
    },
  ]
}

extension StoreFixture {
  func deployment(
    _ name: String = "hello", bundle: Character = "a", origin: HookVersion.Origin = .api, expectedVersion: Int64? = nil,
    isEnabled: Bool? = nil
  ) -> Deployment {
    Deployment(
      instance: instance.id, name: name, bundle: Self.bundle(bundle), definition: Self.definition(), origin: origin,
      actor: origin == .api ? "key:1" : "folder", expectedVersion: expectedVersion, isEnabled: isEnabled)
  }
}
