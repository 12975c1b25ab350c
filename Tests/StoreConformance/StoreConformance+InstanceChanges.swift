import Model
import Store

extension StoreConformance {
  static let instanceChangeCases: [StoreConformanceCase] = [
    StoreConformanceCase("a renamed instance is the same under another name, and its old name is free") { fixture in
      let (instances, shop) = (fixture.store.instances, try await fixture.furnished("shop"))
      try expectEqual(try await instances.find(name: "shop")?.id, shop.id)
      let renamed = try await instances.rename(shop.id, to: "store", by: "key:1", at: fixture.time(1))
      var expected = shop
      expected.name = "store"
      try expectEqual(renamed, expected)
      try expectEqual(try await instances.find(name: "shop"), nil)
      try expectEqual(try await instances.find(name: "store"), expected)
      try expectEqual(try await instances.find(shop.id), expected)
      try expectEqual(try await fixture.store.hooks.list(instance: shop.id).map(\.name), ["hello"])
      try expectEqual(try await instances.rename(shop.id, to: "store", by: "key:2", at: fixture.time(2)), expected)
      let next = try await instances.create(name: "shop", at: fixture.time(3))
      try expect(next.serial > shop.serial, "it is another instance")
      try await expectProblem(.conflict, field: "name") {
        try await instances.rename(next.id, to: "store", by: "key:2", at: fixture.time(4))
      }
      for name in ["UPPER", "api", ""] {
        try await expectProblem(.invalid, field: "name") {
          try await instances.rename(next.id, to: name, by: "key:2", at: fixture.time(4))
        }
      }
      try await expectProblem(.notFound) {
        try await instances.rename(ID(at: fixture.start), to: "free", by: "key:2", at: fixture.time(4))
      }
      let events = try await fixture.store.events.list(
        EventFilter(instance: nil, kind: "instance.renamed"), limit: 9)
      try expectEqual(events.map(\.subject), [shop.id.text])
      try expectEqual(events.map(\.actor), ["key:1"])
      try expectEqual(events.map(\.data), [["from": "shop", "name": "store"]])
    },
    StoreConformanceCase("a removed instance is there no more, and neither are its keys nor its runs that wait") {
      fixture in
      let (store, shop) = (fixture.store, try await fixture.furnished("shop"))
      let queued = try await store.runs.queued(limit: 10).map(\.run)
      try expectEqual(queued.map(\.instance), [shop.id])
      try expect(try await store.keys.find(hash: [9]) != nil, "its key works")
      let bundle = StoreFixture.bundle("c").hash
      try expect(try await store.hooks.bundlesInUse().contains(bundle), "its bundle is in use")

      try expect(try await store.instances.remove(shop.id, by: "key:1", at: fixture.time(5)), "it was there")
      try expect(!(try await store.instances.remove(shop.id, by: "key:1", at: fixture.time(6))), "it is removed once")
      try expectEqual(try await store.instances.find(name: "shop"), nil)
      try expectEqual(try await store.instances.find(shop.id), nil)
      try expectEqual(try await store.instances.list(), [fixture.instance])
      try expectEqual(try await store.instances.list(after: 0, limit: 9), [fixture.instance])
      try expectEqual(try await store.instances.removed(), [shop.id])
      try expectEqual(try await store.keys.find(hash: [9]), nil)
      try expectEqual(try await store.keys.list(instance: nil), [])
      try expectEqual(try await store.keys.list(instance: shop.id, after: nil, limit: 9), [])
      try expectEqual(try await store.runs.queued(limit: 10).count, 0)
      try expectEqual(try await store.runs.postponed(in: fixture.time(0)...fixture.time(9), limit: 9).count, 0)
      try expectEqual(try await store.runs.nextDue(after: fixture.time(-9)), nil)
      try expect(
        !(try await store.runs.start(queued[0].id, host: fixture.host, at: fixture.time(7))), "it does not start")
      try expect(!(try await store.hooks.bundlesInUse().contains(StoreFixture.bundle("b").hash)), "nothing needs it")
      try await expectProblem(.notFound) {
        try await store.instances.rename(shop.id, to: "again", by: "key:1", at: fixture.time(7))
      }
      var late = fixture.deployment("late")
      late.instance = shop.id
      try await expectProblem(.notFound) { [late] in try await store.hooks.deploy([late], at: fixture.time(7)) }
      try await expectProblem(.notFound) { try await store.keys.insert(fixture.key(of: shop.id, hash: 8), by: "") }
      try await expectProblem(.notFound) { try await store.variables.set(fixture.variable(of: shop.id), by: "") }

      let next = try await store.instances.create(name: "shop", at: fixture.time(8))
      try expect(next.serial > shop.serial, "no number is given twice")
      try expectEqual(try await store.hooks.list(instance: next.id), [])
      let events = try await store.events.list(EventFilter(instance: nil, kind: "instance.removed"), limit: 9)
      try expectEqual(events.map(\.subject), [shop.id.text])
      try expectEqual(events.map(\.data), [["name": "shop"]])
      try expectEqual(events.map(\.time), [fixture.time(5)])
    },
    StoreConformanceCase("what a removed instance had goes in steps, and nothing of others") { fixture in
      let store = fixture.store
      let (shop, other) = (try await fixture.furnished("shop"), try await fixture.furnished("other", hash: 7))
      try expectEqual(try await store.instances.clear(shop.id, limit: 2), 0)
      _ = try await store.instances.remove(shop.id, by: "key:1", at: fixture.time(5))
      // What went on at that moment comes to its end.
      var ended = fixture.run(6, in: shop.id, status: .succeeded)
      ended.endedAt = fixture.time(6)
      _ = try await store.runs.record(ended, RunBodies(), logs: [])
      var steps: [Int] = []
      while steps.last != 0, steps.count < 100 { steps.append(try await store.instances.clear(shop.id, limit: 2)) }
      try expect(steps.allSatisfy { $0 <= 2 }, "no step is larger than asked for: \(steps)")
      try expect(steps.count > 10 && steps.last == 0, "it comes to an end: \(steps)")
      try expectEqual(try await store.instances.removed(), [])
      try expectEqual(try await store.runs.find(ended.id), nil)
      for each in [shop, other] {
        let isThere = each == other
        let runs = try await store.runs.list(RunFilter(instance: each.id), cursor: nil, limit: 9).items
        try expectEqual(runs.count, isThere ? 3 : 0)
        try expectEqual(try await store.logs.list(LogFilter(instance: each.id), limit: 9).isEmpty, !isThere)
        try expectEqual(try await store.events.list(instance: each.id, after: 0, limit: 9).isEmpty, !isThere)
        try expectEqual(try await store.hooks.list(instance: each.id).isEmpty, !isThere)
        try expectEqual(try await store.hooks.folderNames(instance: each.id).isEmpty, !isThere)
        try expectEqual(try await store.keys.list(instance: each.id).isEmpty, !isThere)
        try expectEqual(try await store.variables.list(instance: each.id, hook: nil).isEmpty, !isThere)
        let letters = try await store.deadLetters.list(instance: each.id, hookName: nil, cursor: nil, limit: 9)
        try expectEqual(letters.items.isEmpty, !isThere)
        let figures = try await store.metrics.list(
          instance: each.id, hookName: nil, since: Timestamp(microseconds: 0), step: .seconds(60), after: nil, limit: 9)
        try expectEqual(figures.isEmpty, !isThere)
      }
      try expect(!(try await store.hooks.bundlesInUse().isEmpty), "the other's hooks have theirs")
      try await expectProblem(.notFound) {
        try await store.runs.enqueue(fixture.run(7, in: shop.id), RunBodies())
      }
      try await expectProblem(.notFound) {
        try await store.events.append(Event(instance: shop.id, time: fixture.time(7), kind: "a", actor: "host"))
      }
      // Figures of several instances come at once, and those of the others are kept.
      try await store.metrics.add([shop.id, other.id].map { fixture.period(of: $0, at: 700) })
      let late = try await store.metrics.list(
        instance: other.id, hookName: nil, since: fixture.time(600), step: .seconds(60), after: nil, limit: 9)
      try expectEqual(late.count, 1)
    },
  ]
}

extension StoreFixture {
  /// An instance that has something of everything.
  fileprivate func furnished(_ name: String, hash: UInt8 = 9) async throws -> Instance {
    let made = try await store.instances.create(name: name, by: "host", at: start)
    var first = deployment("hello", bundle: "b", origin: .folder)
    first.instance = made.id
    _ = try await store.hooks.deployFromFolder(first, at: start)
    var second = deployment("hi", bundle: "c")
    second.instance = made.id
    let hook = try await store.hooks.deploy([second], at: start)[0].hook
    _ = try await store.hooks.update(hook.id, enabled: nil, name: "bye", expected: nil, by: "key:1", at: start)
    _ = try await store.hooks.remove(hook.id, at: start)
    var letter = run(1, in: made.id, status: .failed)
    letter.endedAt = letter.queuedAt
    let entry = LogEntry(
      instance: made.id, hook: nil, hookName: "hello", run: letter.id, time: start, level: .info, stream: .stderr,
      value: .json("x"))
    _ = try await store.runs.record(
      letter, Self.fullBodies, logs: [entry, entry, entry], aftermath: RunAftermath(isDeadLetter: true))
    var going = run(2, in: made.id, status: .running)
    going.bundleHash = Self.bundle("c").hash
    going.host = host
    _ = try await store.runs.enqueue(going, RunBodies())
    var waiting = run(3, in: made.id)
    waiting.notBefore = time(3)
    let claim = IdempotencyClaim(
      instance: made.id, hook: hook.id, caller: "c", key: "k", fingerprint: [1], expiresAt: time(99))
    _ = try await store.idempotency.enqueue(waiting, RunBodies(), under: claim, at: start, most: 9)
    try await store.keys.insert(key(of: made.id, hash: hash), by: "host")
    try await store.variables.set(variable(of: made.id), by: "host")
    try await store.metrics.add([period(of: made.id, at: 0)])
    return made
  }

  fileprivate func key(of instance: ID<Instance>, hash: UInt8) -> StoredKey {
    StoredKey(
      key: Key(id: ID(at: start), instance: instance, name: "k", role: .admin, prefix: "grk_", createdAt: start),
      hash: [hash])
  }

  fileprivate func variable(of instance: ID<Instance>) -> Variable {
    Variable(instance: instance, kind: .env, name: "A", value: .sealed([1]), updatedAt: start)
  }

  fileprivate func period(of instance: ID<Instance>, at seconds: Int) -> RunPeriod {
    RunPeriod(instance: instance, hookName: "hello", start: time(seconds), figures: RunFigures())
  }
}
