import Model
import Store

extension StoreConformance {
  static let importCases: [StoreConformanceCase] = [
    StoreConformanceCase("an import brings hooks and variables with the events of all of it") { fixture in
      let old = try await fixture.deploy()
      let outcomes = try await fixture.store.hooks.importDefinitions(
        fixture.definitions(
          [fixture.deployment(bundle: "b"), fixture.deployment("new")],
          [
            .init(kind: .env, name: "A", value: "1"),
            .init(hookName: "new", kind: .config, name: "b", value: [1, nil]),
          ]), at: fixture.time(1))
      try expectEqual(outcomes.map(\.changed), [true, true])
      try expectEqual(outcomes.map(\.hook.version.number), [2, 1])
      try expectEqual(outcomes[0].hook.id, old.id)
      try expectEqual(
        try await fixture.store.variables.list(instance: fixture.instance.id, hook: nil).map(\.name), ["A"])
      let own = try await fixture.store.variables.list(instance: fixture.instance.id, hook: outcomes[1].hook.id)
      try expectEqual(own.map(\.value), [.plain([1, nil])])
      try expectEqual(own.map(\.updatedAt), [fixture.time(1)])
      let events = try await fixture.store.events.list(instance: fixture.instance.id, after: 1, limit: 9)
      try expectEqual(
        events.map(\.kind), ["hook.deployed", "hook.deployed", "env.set", "env.set", "instance.imported"])
      try expectEqual(Set(events.suffix(3).map(\.actor)), ["key:9"])
      try expectEqual(events.last?.subject, fixture.instance.id.text)
      try expectEqual(events.last?.data, ["hooks": 2, "variables": 2, "schedules": 0, "triggers": 0])
    },
    StoreConformanceCase("an import of which one thing cannot be changes nothing") { fixture in
      let (instance, store) = (fixture.instance.id, fixture.store)
      try await store.variables.set(
        Variable(instance: instance, kind: .env, name: "SECRET", value: .sealed([1]), updatedAt: fixture.start),
        by: "key:1")
      let before = try await store.events.list(instance: instance, after: 0, limit: 9)
      let good = DefinitionImport.Value(kind: .env, name: "GOOD", value: "1")
      let large = (0...VariableBounds.count).map {
        DefinitionImport.Value(hookName: "hello", kind: .env, name: "N\($0)", value: "")
      }
      let cases: [(Problem.Code, [DefinitionImport.Value])] = [
        (.conflict, [good, .init(kind: .env, name: "SECRET", value: "in the clear")]),
        (.notFound, [good, .init(hookName: "nobody", kind: .env, name: "A", value: "1")]),
        (.invalid, [good, .init(kind: .env, name: "", value: "1")]), (.tooLarge, [good] + large),
      ]
      for (code, values) in cases {
        try await expectProblem(code) {
          try await store.hooks.importDefinitions(
            fixture.definitions([fixture.deployment()], values), at: fixture.time(1))
        }
      }
      try await expectProblem(.conflict) {
        var late = fixture.deployment("late")
        late.expectedVersion = 3
        return try await store.hooks.importDefinitions(
          fixture.definitions([fixture.deployment(), late], [good]), at: fixture.time(1))
      }
      try expectEqual(try await store.hooks.list(instance: instance), [])
      try expectEqual(try await store.variables.list(instance: instance, hook: nil).map(\.name), ["SECRET"])
      try expectEqual(try await store.events.list(instance: instance, after: 0, limit: 9), before)
    },
    StoreConformanceCase("an import may be of variables alone, or of nothing") { fixture in
      for values in [[DefinitionImport.Value(kind: .env, name: "A", value: "1")], []] {
        let outcomes = try await fixture.store.hooks.importDefinitions(
          fixture.definitions([], values), at: fixture.start)
        try expectEqual(outcomes.count, 0)
      }
      try expectEqual(try await fixture.eventKinds(), ["env.set", "instance.imported", "instance.imported"])
      try await expectProblem(.notFound) {
        var nobodys = fixture.definitions([], [])
        nobodys.instance = ID(at: fixture.start)
        return try await fixture.store.hooks.importDefinitions(nobodys, at: fixture.start)
      }
    },
  ]
}

extension StoreFixture {
  fileprivate func definitions(
    _ deployments: [Deployment], _ variables: [DefinitionImport.Value]
  ) -> DefinitionImport {
    DefinitionImport(instance: instance.id, deployments: deployments, variables: variables, actor: "key:9")
  }
}
