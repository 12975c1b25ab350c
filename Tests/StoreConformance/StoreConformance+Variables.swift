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
        try await fixture.store.variables.set(each)
      }
      let list = { (hook: ID<Hook>?) in
        try await fixture.store.variables.list(instance: fixture.instance.id, hook: hook)
      }
      try expectEqual(try await list(nil), [config, env, secret])
      try expectEqual(try await list(hook.id), [own])
      try expectEqual([env.isSecret, secret.isSecret], [false, true])
      let remove = { (hook: ID<Hook>?) in
        try await fixture.store.variables.remove(instance: fixture.instance.id, hook: hook, kind: .env, name: "a")
      }
      try expect(try await remove(hook.id), "it was there")
      try expect(!(try await remove(hook.id)), "it is removed once")
      try expectEqual(try await list(nil), [config, env, secret])
      try await expectProblem(.invalid, field: "name") {
        try await fixture.store.variables.set(variable(nil, .env, "", .plain(1)))
      }
      try await expectProblem(.notFound) {
        try await fixture.store.variables.set(variable(ID(at: fixture.start), .env, "a", .plain(1)))
      }
    }
  ]
}
