import Model
import Store

extension StoreConformance {
  static let retentionCases: [StoreConformanceCase] = [
    StoreConformanceCase("runs beyond a count are pruned, the oldest first, but none that has not ended") { fixture in
      let other = try await fixture.store.instances.create(name: "other", at: fixture.start)
      let waiting = try await fixture.store.runs.enqueue(fixture.run(0), RunBodies())
      let running = try await fixture.store.runs.enqueue(fixture.run(1), RunBodies())
      _ = try await fixture.store.runs.start(running.id, host: fixture.host, at: fixture.time(2))
      let ended = try await fixture.record(6)
      let theirs = try await fixture.record(3, in: other.id)
      let store = fixture.store.runs
      let prune = { (count: Int64?, limit: Int) in
        try await store.prune(instance: fixture.instance.id, count: count, bytes: nil, limit: limit)
      }
      try expectEqual(try await prune(nil, 10), 0)
      try expectEqual(try await prune(8, 10), 0)
      try expectEqual(try await prune(5, 2), 2)
      try expectEqual(try await prune(5, 2), 1)
      try expectEqual(try await prune(5, 2), 0)
      try expectEqual(try await store.bodies(ended[0].id), nil)
      try expectEqual(
        try await fixture.runs(fixture.instance.id), Set(ended[3...].map(\.id) + [waiting.id, running.id]))
      try expectEqual(try await fixture.runs(other.id), Set(theirs.map(\.id)))
      try expectEqual(try await prune(1, 10), 3)
      try expectEqual(try await prune(1, 10), 0)
      try expectEqual(try await fixture.runs(fixture.instance.id), [waiting.id, running.id])
      try await expectProblem(.invalid, field: "limit") { try await prune(1, 0) }
    },
    StoreConformanceCase("a dead letter is pruned only when it was redriven or forgotten") { fixture in
      let run = try await fixture.store.runs.enqueue(fixture.run(0), RunBodies())
      _ = try await fixture.store.runs.finish(
        run.id, RunEnd(status: .failed, endedAt: fixture.time(1)), bodies: nil, logs: [],
        aftermath: RunAftermath(isDeadLetter: true))
      let store = fixture.store.runs
      _ = try await fixture.record(1)
      try expectEqual(try await store.prune(endedBefore: fixture.time(60), limit: 10), 1)
      try expectEqual(try await store.prune(instance: fixture.instance.id, count: 0, bytes: nil, limit: 10), 0)
      _ = try await fixture.store.deadLetters.remove(run.id, by: "test", at: fixture.time(2))
      try expectEqual(try await store.prune(instance: fixture.instance.id, count: 0, bytes: nil, limit: 10), 1)
      try expectEqual(try await fixture.runs(fixture.instance.id), [])
    },
    StoreConformanceCase("runs beyond a number of bytes are pruned, whatever made them grow") { fixture in
      let store = fixture.store.runs
      let small = try await fixture.record(4)
      let size: Int64 = 1 << 20
      let large = RunBodies(output: Array(repeating: 1, count: Int(size)))
      // One is large from the start, one grows at its end.
      var run = fixture.run(20, status: .succeeded)
      run.endedAt = fixture.time(21)
      _ = try await store.record(run, large, logs: [])
      let late = try await store.enqueue(fixture.run(30), RunBodies())
      _ = try await store.finish(
        late.id, RunEnd(status: .succeeded, endedAt: fixture.time(31)), bodies: large, logs: [])
      let prune = { (bytes: ByteSize) in
        try await store.prune(instance: fixture.instance.id, count: nil, bytes: bytes, limit: 100)
      }
      try expectEqual(try await prune(ByteSize(bytes: 3 * size)), 0)
      try expectEqual(try await prune(ByteSize(bytes: size + size / 2)), small.count + 1)
      try expectEqual(try await fixture.runs(fixture.instance.id), [late.id])
      try expectEqual(try await prune(ByteSize(bytes: size + size / 2)), 0)
      try expectEqual(try await prune(ByteSize(bytes: 1)), 1)
      try expectEqual(try await prune(ByteSize(bytes: 1)), 0)
    },
    StoreConformanceCase("messages beyond a count or a number of bytes are pruned, the oldest first") { fixture in
      let other = try await fixture.store.instances.create(name: "other", at: fixture.start)
      let store = fixture.store.logs
      let entries = try await store.append((0..<10).map { fixture.entry("\($0)") })
      var stray = fixture.entry("theirs")
      stray.instance = other.id
      _ = try await store.append([stray])
      let prune = { (count: Int64?, bytes: ByteSize?, limit: Int) in
        try await store.prune(instance: fixture.instance.id, count: count, bytes: bytes, limit: limit)
      }
      let left = { try await store.list(LogFilter(instance: fixture.instance.id), limit: 100).map(\.sequence) }
      try expectEqual(try await prune(10, nil, 100), 0)
      try expectEqual(try await prune(6, nil, 3), 3)
      try expectEqual(try await prune(6, nil, 3), 1)
      try expectEqual(try await prune(6, nil, 3), 0)
      try expectEqual(try await left(), entries[4...].map(\.sequence))
      try expectEqual(try await prune(nil, .mebibytes(1), 100), 0)
      let long = try await store.append([fixture.entry(String(repeating: "x", count: 1 << 20))])
      try expectEqual(try await prune(nil, .mebibytes(1), 100), 7)
      try expectEqual(try await left(), [])
      try expect(long.count == 1, "it was written")
      try expectEqual(try await store.list(LogFilter(instance: other.id), limit: 10).count, 1)
    },
    StoreConformanceCase("events are pruned by age and count, and go on with their numbers") { fixture in
      let store = fixture.store.events
      for second in 0..<6 {
        _ = try await store.append(
          Event(instance: fixture.instance.id, time: fixture.time(second), kind: "a", actor: "host"))
      }
      let prune = { (before: Timestamp?, count: Int64?, limit: Int) in
        try await store.prune(instance: fixture.instance.id, before: before, count: count, limit: limit)
      }
      let left = { try await store.list(instance: fixture.instance.id, after: 0, limit: 100).map(\.sequence) }
      try expectEqual(try await prune(nil, nil, 10), 0)
      try expectEqual(try await prune(fixture.time(2), nil, 10), 2)
      try expectEqual(try await left(), [3, 4, 5, 6])
      try expectEqual(try await prune(nil, 1, 2), 2)
      try expectEqual(try await prune(nil, 1, 2), 1)
      try expectEqual(try await prune(nil, 1, 2), 0)
      try expectEqual(try await prune(fixture.time(60), nil, 10), 1)
      let next = try await store.append(
        Event(instance: fixture.instance.id, time: fixture.time(7), kind: "a", actor: "host"))
      try expectEqual(next.sequence, 7)
    },
    StoreConformanceCase("a store that was tidied is as it was") { fixture in
      let ended = try await fixture.record(3)
      try await fixture.store.tidy()
      try expectEqual(try await fixture.runs(fixture.instance.id), Set(ended.map(\.id)))
    },
  ]
}

extension StoreFixture {
  fileprivate func record(_ count: Int, in instance: ID<Instance>? = nil) async throws -> [Run] {
    var runs: [Run] = []
    for number in 0..<count {
      var run = run(5 + number, in: instance, status: .succeeded)
      run.endedAt = time(6 + number)
      runs.append(try await store.runs.record(run, Self.fullBodies, logs: []).run)
    }
    return runs
  }

  fileprivate func runs(_ instance: ID<Instance>) async throws -> Set<ID<Run>> {
    Set(try await store.runs.list(RunFilter(instance: instance), cursor: nil, limit: 1000).items.map(\.id))
  }
}
