import Model
import Store

extension StoreConformance {
  static let variableCases: [StoreConformanceCase] = [
    StoreConformanceCase("variables are kept apart by level, kind and name, and replaced") { fixture in
      let hook = try await fixture.deploy()
      let variable = { (hook: ID<Hook>?, kind: Variable.Kind, name: String, value: Variable.Value) in
        Variable(
          instance: fixture.instance.id, hook: hook, kind: kind, name: name, value: value, updatedAt: fixture.start)
      }
      let config = variable(nil, .config, "a", .plain(["x": 1]))
      let env = variable(nil, .env, "a", .plain("text"))
      let secret = variable(nil, .env, "b", .sealed([1, 2, 3]))
      let own = variable(hook.id, .env, "a", .plain(nil))
      for each in [secret, env, config, own, variable(nil, .env, "a", .sealed([9])), env] {
        try await fixture.store.variables.set(each, by: "key:1")
      }
      let list = { (hook: ID<Hook>?) in
        try await fixture.store.variables.list(instance: fixture.instance.id, hook: hook)
      }
      try expectEqual(try await list(nil), [config, env, secret])
      try expectEqual(try await list(hook.id), [own])
      try expectEqual([env.isSecret, secret.isSecret], [false, true])
      let remove = { (hook: ID<Hook>?) in
        try await fixture.store.variables.remove(
          instance: fixture.instance.id, hook: hook, kind: .env, name: "a", by: "key:2", at: fixture.time(1))
      }
      try expect(try await remove(hook.id), "it was there")
      try expect(!(try await remove(hook.id)), "it is removed once")
      try expectEqual(try await list(nil), [config, env, secret])
      try await expectProblem(.invalid, field: "name") {
        try await fixture.store.variables.set(variable(nil, .env, "", .plain(1)), by: "")
      }
      try await expectProblem(.notFound) {
        try await fixture.store.variables.set(variable(ID(at: fixture.start), .env, "a", .plain(1)), by: "")
      }
    },
    StoreConformanceCase("changes of variables are events without values") { fixture in
      let hook = try await fixture.deploy()
      let (id, variables) = (fixture.instance.id, fixture.store.variables)
      let before = try await fixture.store.events.list(instance: id, after: 0, limit: 100).last?.sequence ?? 0
      let secret = Variable(
        instance: id, hook: hook.id, kind: .env, name: "KEY", value: .sealed([1, 2]), updatedAt: fixture.time(1))
      try await variables.set(secret, by: "key:1")
      try expectEqual(try await variables.countSealed(), 1)
      for _ in 0..<2 {
        _ = try await variables.remove(
          instance: id, hook: hook.id, kind: .env, name: "KEY", by: "key:2", at: fixture.time(2))
      }
      try expectEqual(try await variables.countSealed(), 0)
      try await expectProblem(.notFound) {
        var nobodys = secret
        nobodys.hook = ID(at: fixture.start)
        try await variables.set(nobodys, by: "key:3")
      }
      let events = try await fixture.store.events.list(instance: id, after: before, limit: 100)
      let data: JSONValue = ["name": "KEY", "kind": "env", "secret": true]
      try expectEqual(events.map(\.kind), ["env.set", "env.removed"])
      try expectEqual(events.map(\.actor), ["key:1", "key:2"])
      try expectEqual(events.map(\.subject), [hook.id.text, hook.id.text])
      try expectEqual(events.map(\.time), [fixture.time(1), fixture.time(2)])
      try expectEqual(events.map(\.data), [data, data])
    },
    StoreConformanceCase("a level of variables is bounded in number and size") { fixture in
      let hook = try await fixture.deploy()
      let variables = fixture.store.variables
      let variable = { (hook: ID<Hook>?, name: String, length: Int) in
        Variable(
          instance: fixture.instance.id, hook: hook, kind: .config, name: name,
          value: .sealed([UInt8](repeating: 1, count: length)), updatedAt: fixture.start)
      }
      for number in 0..<VariableBounds.count { try await variables.set(variable(nil, "n\(number)", 1), by: "") }
      try await expectProblem(.tooLarge, field: "name") { try await variables.set(variable(nil, "more", 1), by: "") }
      try expectEqual(
        try await variables.list(instance: fixture.instance.id, hook: nil).count, VariableBounds.count)
      try await variables.set(variable(nil, "n1", 2), by: "")
      try await variables.set(variable(hook.id, "large", VariableBounds.bytes - 1), by: "")
      try await variables.set(variable(hook.id, "small", 1), by: "")
      try await expectProblem(.tooLarge) { try await variables.set(variable(hook.id, "small", 2), by: "") }
    },
    StoreConformanceCase("the variables of a hook go with it") { fixture in
      let (first, second) = (
        try await fixture.deploy(), try await fixture.deploy("other", bundle: StoreFixture.bundle("b"))
      )
      for hook in [first, second] {
        try await fixture.store.variables.set(
          Variable(
            instance: fixture.instance.id, hook: hook.id, kind: .env, name: "KEY", value: .sealed([1]),
            updatedAt: fixture.start), by: "")
      }
      _ = try await fixture.store.hooks.remove(first.id, at: fixture.time(1))
      try expectEqual(try await fixture.store.variables.countSealed(), 1)
    },
  ]
}
