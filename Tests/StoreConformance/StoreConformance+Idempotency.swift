import Model
import Store

extension StoreConformance {
  static let idempotencyCases: [StoreConformanceCase] = [
    StoreConformanceCase("of many requests with one key one makes a run") { fixture in
      let hook = try await fixture.deploy()
      let claim = fixture.claim(hook)
      let results = await withTaskGroup(of: ID<Run>?.self) { group in
        for number in 0..<8 {
          group.addTask {
            let run = fixture.run(number, hook: hook, status: number % 2 == 0 ? .queued : .running)
            return try? await fixture.store.idempotency.enqueue(
              run, StoreFixture.fullBodies, under: claim, at: fixture.start, most: 100
            ).id
          }
        }
        return await group.reduce(into: [ID<Run>?]()) { $0.append($1) }
      }
      let made = results.compactMap(\.self)
      try expectEqual(made.count, 1)
      let record = try await fixture.store.idempotency.find(claim, at: fixture.start)
      try expectEqual(record, IdempotencyRecord(run: made[0], fingerprint: claim.fingerprint))
      let runs = try await fixture.store.runs.list(RunFilter(instance: fixture.instance.id), cursor: nil, limit: 10)
      try expectEqual(runs.items.map(\.id), made)
      try expectEqual(try await fixture.store.runs.bodies(made[0]), StoreFixture.fullBodies)
      try await expectProblem(.conflict, field: IdempotencyClaim.field) {
        try await fixture.store.idempotency.enqueue(
          fixture.run(20), RunBodies(), under: claim, at: fixture.time(1), most: 100)
      }
    },
    StoreConformanceCase("keys are apart by instance, hook, caller and text, and run out") { fixture in
      let hook = try await fixture.deploy()
      let claim = fixture.claim(hook)
      let put = { (claim: IdempotencyClaim, seconds: Int) in
        try await fixture.store.idempotency.enqueue(
          fixture.run(seconds, hook: hook), RunBodies(), under: claim, at: fixture.time(seconds), most: 100
        ).id
      }
      let first = try await put(claim, 0)
      var others = [claim, claim, claim, claim]
      others[0].caller = "key:other"
      others[1].key = "other"
      others[2].hook = ID(at: fixture.start)
      others[3].instance = try await fixture.store.instances.create(name: "other", at: fixture.start).id
      for (index, other) in others.enumerated() {
        try expectEqual(try await fixture.store.idempotency.find(other, at: fixture.start), nil)
        _ = try await put(other, index + 1)
      }
      try expectEqual(try await fixture.store.idempotency.find(claim, at: fixture.time(99))?.run, first)
      try expectEqual(try await fixture.store.idempotency.find(claim, at: fixture.time(100)), nil)
      var renewed = claim
      renewed.expiresAt = fixture.time(300)
      let second = try await put(renewed, 100)
      try expectEqual(try await fixture.store.idempotency.find(claim, at: fixture.time(299))?.run, second)
      // The trace may go before the promise does.
      var ended = RunEnd(status: .succeeded, endedAt: fixture.time(101))
      ended.exitCode = 0
      _ = try await fixture.store.runs.finish(second, ended, bodies: nil, logs: [])
      _ = try await fixture.store.runs.prune(endedBefore: fixture.time(200), limit: 10)
      try expectEqual(try await fixture.store.idempotency.find(claim, at: fixture.time(299))?.run, second)
    },
    StoreConformanceCase("a claim whose run never started goes to another") { fixture in
      let hook = try await fixture.deploy()
      var claim = fixture.claim(hook)
      let enqueue = { (claim: IdempotencyClaim, seconds: Int) in
        try await fixture.store.idempotency.enqueue(
          fixture.run(seconds, hook: hook), RunBodies(), under: claim, at: fixture.time(seconds), most: 1)
      }
      let first = try await enqueue(claim, 0)
      claim.replacing = ID(at: fixture.start)
      try await expectProblem(.conflict) { try await enqueue(claim, 1) }
      claim.replacing = first.id
      let second = try await enqueue(claim, 2)
      try expectEqual(try await fixture.store.idempotency.find(claim, at: fixture.time(3))?.run, second.id)
    },
    StoreConformanceCase("an instance has as many claims as it may, and room again when they run out") { fixture in
      let hook = try await fixture.deploy()
      let enqueue = { (number: Int, seconds: Int) in
        var claim = fixture.claim(hook)
        claim.key = "\(number)"
        _ = try await fixture.store.idempotency.enqueue(
          fixture.run(number, hook: hook), RunBodies(), under: claim, at: fixture.time(seconds), most: 3)
      }
      for number in 0..<3 { try await enqueue(number, 0) }
      try await expectProblem(.tooMany, field: IdempotencyClaim.field) { try await enqueue(3, 99) }
      let count = try await fixture.store.runs.queued(limit: 10).count
      try expectEqual(count, 3)
      try await enqueue(4, 100)
    },
  ]
}

extension StoreFixture {
  func claim(_ hook: Hook) -> IdempotencyClaim {
    IdempotencyClaim(
      instance: instance.id, hook: hook.id, caller: "key:k", key: "a-key", fingerprint: [1, 2, 3],
      expiresAt: time(100))
  }
}
