import Model
import Store

extension StoreConformance {
  static let deadLetterCases: [StoreConformanceCase] = [
    StoreConformanceCase("a dead letter is redriven once, however many try") { fixture in
      let hook = try await fixture.deploy()
      let letter = try await fixture.letter(1, hook: hook)
      let results = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<8 {
          group.addTask {
            let run = fixture.run(10 + number, hook: hook)
            let stored = try? await fixture.store.deadLetters.redrive(
              letter, as: run, StoreFixture.fullBodies, by: "key:k", at: fixture.time(9))
            return stored != nil
          }
        }
        return await group.reduce(into: [Bool]()) { $0.append($1) }
      }
      try expectEqual(results.count { $0 }, 1)
      let queued = try await fixture.store.runs.queued(limit: 10)
      try expectEqual(queued.map(\.bodies), [StoreFixture.fullBodies])
      try expectEqual(try await fixture.store.deadLetters.find(letter)?.redrivenAs, queued[0].run.id)
      try await expectProblem(.conflict) {
        try await fixture.store.deadLetters.redrive(
          letter, as: fixture.run(30), RunBodies(), by: "key:k", at: fixture.time(9))
      }
      try await expectProblem(.notFound) {
        try await fixture.store.deadLetters.redrive(
          ID(at: fixture.start), as: fixture.run(31), RunBodies(), by: "key:k", at: fixture.time(9))
      }
      try expectEqual(try await fixture.store.runs.queued(limit: 10).count, 1)
      try expect(
        !(try await fixture.store.deadLetters.remove(letter, by: "key:k", at: fixture.time(9))), "it is redriven")
      try expectEqual(
        try await fixture.eventKinds(), ["hook.deployed", "dead_letter.added", "dead_letter.redriven"])
    },
    StoreConformanceCase("lists of dead letters filter, page, and leave out what was redriven or removed") { fixture in
      let hello = try await fixture.deploy("hello")
      let bye = try await fixture.deploy("bye")
      let letters = fixture.store.deadLetters
      var ids: [ID<Run>] = []
      for number in 0..<6 {
        // Several die at one moment, so that only the serial number orders them.
        ids.append(try await fixture.letter(number / 3, hook: number == 4 ? bye : hello))
      }
      let id = fixture.instance.id
      let list = { (name: String?, cursor: String?, limit: Int) in
        let page = try await letters.list(instance: id, hookName: name, cursor: cursor, limit: limit)
        return (page.items.map(\.run.id), page.next)
      }
      try expectEqual(try await list("bye", nil, 10).0, [ids[4]])
      let first = try await list(nil, nil, 4)
      try expectEqual(first.0, [ids[5], ids[4], ids[3], ids[2]])
      let second = try await list(nil, first.1, 4)
      try expectEqual(second.0, [ids[1], ids[0]])
      try expectEqual(second.1, nil)
      try expect(try await letters.remove(ids[5], by: "key:k", at: fixture.time(9)), "it was there")
      try expect(!(try await letters.remove(ids[5], by: "key:k", at: fixture.time(9))), "it is removed once")
      _ = try await letters.redrive(
        ids[4], as: fixture.run(20, hook: bye), RunBodies(), by: "key:k", at: fixture.time(9))
      try expectEqual(try await list(nil, nil, 10).0, [ids[3], ids[2], ids[1], ids[0]])
      try expectEqual(try await letters.find(ids[5]), nil)
      let other = try await fixture.store.instances.create(name: "other", at: fixture.start)
      try expectEqual(try await letters.list(instance: other.id, hookName: nil, cursor: nil, limit: 10).items, [])
      try await expectProblem(.invalid, field: "limit") { try await list(nil, nil, 0) }
      try await expectProblem(.invalid, field: "cursor") { try await list(nil, "x", 1) }
    },
    StoreConformanceCase("a letter that was redriven goes with the trace of its run, an open one keeps it") { fixture in
      let hook = try await fixture.deploy()
      let (open, redriven) = (try await fixture.letter(1, hook: hook), try await fixture.letter(1, hook: hook))
      _ = try await fixture.store.deadLetters.redrive(
        redriven, as: fixture.run(20, hook: hook), RunBodies(), by: "key:k", at: fixture.time(9))
      _ = try await fixture.store.runs.prune(endedBefore: fixture.time(2), limit: 10)
      try expect(try await fixture.store.deadLetters.find(open) != nil, "the open letter is there")
      try expectEqual(try await fixture.store.deadLetters.find(redriven), nil)
    },
    StoreConformanceCase("open letters go when they are old or too many, the oldest first, each with an event") {
      fixture in
      let hook = try await fixture.deploy()
      let other = try await fixture.store.instances.create(name: "other", at: fixture.start)
      var ids: [ID<Run>] = []
      for number in 0..<8 { ids.append(try await fixture.letter(number, hook: hook)) }
      let letters = fixture.store.deadLetters
      _ = try await letters.redrive(
        ids[0], as: fixture.run(20, hook: hook), RunBodies(), by: "key:k", at: fixture.time(9))
      let prune = { (instance: ID<Instance>, before: Int?, count: Int64?, limit: Int) in
        try await letters.prune(
          instance: instance, before: before.map { fixture.time($0) }, count: count, limit: limit, at: fixture.time(50))
      }
      let left = {
        try await letters.list(instance: fixture.instance.id, hookName: nil, cursor: nil, limit: 9).items.map(\.run.id)
      }
      let id = fixture.instance.id
      try expectEqual(try await prune(other.id, 99, 0, 9), 0)
      try expectEqual(try await prune(id, nil, nil, 9), 0)
      try expectEqual(try await prune(id, 1, 7, 9), 0)
      try expectEqual(try await prune(id, 3, 7, 9), 2)
      try expectEqual(try await left(), ids[3...].reversed())
      try expectEqual(try await prune(id, nil, 2, 2), 2)
      try expectEqual(try await prune(id, nil, 2, 2), 1)
      try expectEqual(try await prune(id, nil, 2, 2), 0)
      try expectEqual(try await left(), ids[6...].reversed())
      try expect(try await letters.find(ids[0]) != nil, "one that was redriven goes with its run")
      let events = try await fixture.store.events.list(
        EventFilter(instance: id, kind: "dead_letter.expired"), limit: 9)
      try expectEqual(events.map(\.subject), ids[1...5].map(\.text))
      try expectEqual(Set(events.map(\.actor)), ["host"])
      try expectEqual(Set(events.map(\.time)), [fixture.time(50)])
      // What has no letter any more is kept as other runs are.
      try expectEqual(try await fixture.store.runs.prune(endedBefore: fixture.time(9), limit: 9), 6)
      try await expectProblem(.invalid, field: "limit") { try await prune(id, nil, nil, 0) }
    },
  ]
}

extension StoreFixture {
  /// A run that ended as a dead letter.
  func letter(_ seconds: Int, hook: Hook) async throws -> ID<Run> {
    var dead = run(seconds, hook: hook, status: .failed)
    dead.endedAt = time(seconds)
    _ = try await store.runs.record(
      dead, StoreFixture.fullBodies, logs: [], aftermath: RunAftermath(isDeadLetter: true))
    return dead.id
  }
}
