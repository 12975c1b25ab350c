import Model
import Store

extension StoreConformance {
  static let logCases: [StoreConformanceCase] = [
    StoreConformanceCase("entries keep their order and every field") { fixture in
      let hook = try await fixture.deploy()
      let full = LogEntry(
        instance: fixture.instance.id, hook: hook.id, hookName: hook.name, run: ID(at: fixture.start),
        time: fixture.time(1), level: .warning, stream: .log, value: .json(["a": [1, nil, "x"]]),
        clientAddress: "127.0.0.1")
      var bytes = fixture.entry("")
      bytes.value = .bytes([0xFF, 0, 0xFE])
      bytes.level = .debug
      bytes.stream = .host
      let stored = try await fixture.store.logs.append([full, bytes, fixture.entry("last")])
      try expect(
        stored[0].sequence < stored[1].sequence && stored[1].sequence < stored[2].sequence, "sequence numbers grow")
      var expected = [full, bytes, fixture.entry("last")]
      for index in expected.indices { expected[index].sequence = stored[index].sequence }
      try expectEqual(stored, expected)
      try expectEqual(try await fixture.store.logs.list(LogFilter(instance: fixture.instance.id), limit: 10), expected)
      try expectEqual(try await fixture.store.logs.append([]), [])
    },
    StoreConformanceCase("lists filter by hook, run and position, from either end") { fixture in
      let hello = try await fixture.deploy("hello")
      let bye = try await fixture.deploy("bye")
      let other = try await fixture.store.instances.create(name: "other", at: fixture.start)
      let run = ID<Run>(at: fixture.start)
      var theirs = fixture.entry("theirs")
      theirs.instance = other.id
      let all = try await fixture.store.logs.append([
        fixture.entry("1", hook: hello, run: run), fixture.entry("2", hook: bye), theirs,
        fixture.entry("3", hook: hello), fixture.entry("4", hook: bye, run: run), fixture.entry("5"),
      ])
      let texts = { (filter: LogFilter, limit: Int) in
        let entries = try await fixture.store.logs.list(filter, limit: limit)
        try expect(entries.allSatisfy(filter.admits), "a filter admits what its list shows")
        return entries.map { if case .json(.string(let text)) = $0.value { text } else { "" } }
      }
      let id = fixture.instance.id
      try expectEqual(try await texts(LogFilter(instance: id), 10), ["1", "2", "3", "4", "5"])
      try expectEqual(try await texts(LogFilter(instance: id, hookName: "hello"), 10), ["1", "3"])
      try expectEqual(try await texts(LogFilter(instance: id, run: run), 10), ["1", "4"])
      try expectEqual(try await texts(LogFilter(instance: id, hookName: "bye", run: run), 10), ["4"])
      try expectEqual(try await texts(LogFilter(instance: id, after: all[1].sequence), 2), ["3", "4"])
      try expectEqual(try await texts(LogFilter(instance: id, newest: true), 2), ["4", "5"])
      try expectEqual(try await texts(LogFilter(instance: other.id), 10), ["theirs"])
      for limit in [0, 1001] {
        try await expectProblem(.invalid, field: "limit") {
          try await fixture.store.logs.list(LogFilter(instance: id), limit: limit)
        }
      }
    },
    StoreConformanceCase("the logs of a hook are deleted whole, and no sequence number comes again") { fixture in
      let hello = try await fixture.deploy("hello")
      let bye = try await fixture.deploy("bye")
      let before = try await fixture.store.logs.append([
        fixture.entry("1", hook: hello), fixture.entry("2", hook: bye), fixture.entry("3", hook: hello),
      ])
      try expectEqual(try await fixture.store.logs.delete(hook: hello.id), 2)
      try expectEqual(try await fixture.store.logs.delete(hook: hello.id), 0)
      let left = try await fixture.store.logs.list(LogFilter(instance: fixture.instance.id), limit: 10)
      try expectEqual(left, [before[1]])
      let after = try await fixture.store.logs.append([fixture.entry("4")])
      try expect(after[0].sequence > before[2].sequence, "sequence numbers only grow")
    },
    StoreConformanceCase("pruning deletes the oldest entries") { fixture in
      _ = try await fixture.store.logs.append((0..<10).map { fixture.entry("\($0)", at: $0) })
      try expectEqual(try await fixture.store.logs.prune(before: fixture.time(6), limit: 4), 4)
      try expectEqual(try await fixture.store.logs.prune(before: fixture.time(6), limit: 4), 2)
      try expectEqual(try await fixture.store.logs.prune(before: fixture.time(6), limit: 4), 0)
      let left = try await fixture.store.logs.list(LogFilter(instance: fixture.instance.id), limit: 10)
      try expectEqual(left.map(\.time), (6..<10).map(fixture.time))
      try expectEqual(try await fixture.store.logs.prune(before: fixture.time(60), limit: 10), 4)
    },
    StoreConformanceCase("entries of an instance that is not there are refused whole") { fixture in
      var stray = fixture.entry("stray")
      stray.instance = ID(at: fixture.start)
      try await expectProblem(.notFound) { [stray] in
        try await fixture.store.logs.append([fixture.entry("good"), stray])
      }
      try expectEqual(try await fixture.store.logs.list(LogFilter(instance: fixture.instance.id), limit: 10), [])
    },
  ]
}
