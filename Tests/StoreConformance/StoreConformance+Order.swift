import Model
import Store

/// Runs of one order key start one after another.
extension StoreConformance {
  static let orderCases: [StoreConformanceCase] = [
    StoreConformanceCase("a run starts only when those of its key before it have ended, and an end names the next") {
      fixture in
      let hook = try await fixture.deploy()
      let runs = [
        try await fixture.ordered(1, of: hook, "k"), try await fixture.ordered(2, of: hook, "k"),
        try await fixture.ordered(3, of: hook, "other"), try await fixture.ordered(4, of: hook, "k"),
        try await fixture.ordered(5, of: hook, nil),
      ]
      try expectEqual(runs.map(\.orderPlace), [1, 2, 3, 4, nil])
      try expectEqual(
        try await fixture.store.runs.queued(limit: 9).map(\.run.id), [runs[0].id, runs[2].id, runs[4].id])
      try expectEqual(try await fixture.starts(runs[1], at: 10), false)
      try expectEqual(try await fixture.store.runs.find(runs[1].id), runs[1])
      try expectEqual(try await fixture.starts(runs[0], at: 10), true)
      try expectEqual(try await fixture.starts(runs[2], at: 10), true)
      try expectEqual(try await fixture.starts(runs[4], at: 10), true)
      try expectEqual(try await fixture.starts(runs[1], at: 10), false)
      try expectEqual(try await fixture.end(runs[2], at: 11).queued, [])
      try expectEqual(try await fixture.end(runs[4], at: 11).queued, [])
      try expectEqual(try await fixture.end(runs[0], at: 11).queued, [runs[1]])
      try expectEqual(try await fixture.starts(runs[3], at: 12), false)
      try expectEqual(try await fixture.starts(runs[1], at: 12), true)
      try expectEqual(try await fixture.end(runs[1], .failed, at: 13).queued, [runs[3]])
      try expectEqual(try await fixture.starts(runs[3], at: 14), true)
      try expectEqual(try await fixture.end(runs[3], at: 15).queued, [])
    },
    StoreConformanceCase("the next of a key waits for the attempts that follow a failure") { fixture in
      let hook = try await fixture.deploy()
      let first = try await fixture.ordered(1, of: hook, "k")
      let second = try await fixture.ordered(2, of: hook, "k")
      try expectEqual(try await fixture.starts(first, at: 3), true)
      var retry = fixture.run(4, hook: hook)
      retry.retryOf = first.id
      retry.notBefore = fixture.time(60)
      retry.orderKey = "k"
      retry.orderPlace = first.orderPlace
      let queued = try await fixture.end(first, .failed, at: 4, RunAftermath(retry: retry)).queued
      try expectEqual(queued.map(\.id), [retry.id])
      try expectEqual(try await fixture.starts(second, at: 5), false)
      try expectEqual(try await fixture.store.runs.queued(limit: 9).map(\.run.id), [retry.id])
      try expectEqual(try await fixture.starts(retry, at: 60), true)
      try expectEqual(
        try await fixture.end(retry, .failed, at: 61, RunAftermath(isDeadLetter: true)).queued, [second])
      try expectEqual(try await fixture.starts(second, at: 62), true)
    },
    StoreConformanceCase("a run that is cancelled while it waits lets the next one go, and a lost one too") { fixture in
      let hook = try await fixture.deploy()
      let runs = [
        try await fixture.ordered(1, of: hook, "k"), try await fixture.ordered(2, of: hook, "k"),
        try await fixture.ordered(3, of: hook, "k"),
      ]
      try expectEqual(try await fixture.starts(runs[0], at: 4), true)
      // One in the middle frees nobody: the first still goes on.
      try expectEqual(try await fixture.end(runs[1], .cancelled, at: 5).queued, [])
      try expectEqual(try await fixture.store.runs.closeLost(host: fixture.host, at: fixture.time(6)).count, 1)
      try expectEqual(try await fixture.store.runs.queued(limit: 9).map(\.run.id), [runs[2].id])
      try expectEqual(try await fixture.starts(runs[2], at: 7), true)
    },
  ]
}
