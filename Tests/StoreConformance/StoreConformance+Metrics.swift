import Model
import Store

extension StoreConformance {
  static let metricCases: [StoreConformanceCase] = [
    StoreConformanceCase("what is counted of one minute twice is added up") { fixture in
      let period = fixture.period(0, "hello", .milliseconds(3))
      var twice = period
      twice.figures.add(period.figures)
      try await fixture.store.metrics.add([period, fixture.period(0, "other", .milliseconds(9))])
      try await fixture.store.metrics.add([period])
      try expectEqual(try await fixture.list("hello"), [twice])
      try expectEqual(try await fixture.list(nil).map(\.hookName), ["hello", "other"])
      let stray = RunPeriod(
        instance: ID(at: fixture.start), hookName: "x", start: fixture.minute(0), figures: period.figures)
      try await expectProblem(.notFound) { try await fixture.store.metrics.add([period, stray]) }
      try expectEqual(try await fixture.list("hello"), [twice], file: #fileID, line: #line)
    },
    StoreConformanceCase("minutes are read in steps, and in pages, each of them once") { fixture in
      var all = RunFigures()
      for minute in 0..<10 {
        let period = fixture.period(minute, "hello", .milliseconds(minute))
        try await fixture.store.metrics.add([period, fixture.period(minute, "second", .milliseconds(1))])
        all.add(period.figures)
      }
      let hour = try await fixture.list("hello", step: .seconds(3600))
      try expectEqual(hour.count, 1)
      try expectEqual(hour.first?.figures, all)
      var seen: [RunPeriod] = []
      while true {
        let page = try await fixture.store.metrics.list(
          instance: fixture.instance.id, hookName: nil, since: fixture.minute(2), step: .seconds(120),
          after: seen.last.map { ($0.start, $0.hookName) }, limit: 3)
        seen += page
        if page.count < 3 { break }
      }
      try expectEqual(seen.count, 8)
      try expectEqual(
        seen.map(\.hookName), ["hello", "second", "hello", "second", "hello", "second", "hello", "second"])
      try expectEqual(seen.reduce(0) { $0 + $1.figures.runs }, 16)
      try expect(seen.allSatisfy { $0.start >= fixture.minute(2) }, "none begins before")
      try await expectProblem(.invalid, field: "step") { try await fixture.list(nil, step: .seconds(90)) }
      try await expectProblem(.invalid, field: "limit") { try await fixture.list(nil, limit: 0) }
    },
    StoreConformanceCase("the history is pruned by age, oldest first, in bounded calls") { fixture in
      for minute in 0..<6 { try await fixture.store.metrics.add([fixture.period(minute, "hello", .zero)]) }
      let store = fixture.store.metrics
      try expectEqual(try await store.prune(before: fixture.minute(4), limit: 3), 3)
      try expectEqual(try await store.prune(before: fixture.minute(4), limit: 3), 1)
      try expectEqual(try await store.prune(before: fixture.minute(4), limit: 3), 0)
      try expectEqual(try await fixture.list(nil).map(\.start), [fixture.minute(4), fixture.minute(5)])
    },
  ]
}

extension StoreFixture {
  /// A whole hour, so that steps begin where a case says.
  fileprivate func minute(_ number: Int) -> Timestamp {
    Timestamp(microseconds: 1_699_999_200_000_000) + .seconds(60 * number)
  }

  fileprivate func period(_ number: Int, _ hook: String, _ duration: Duration) -> RunPeriod {
    var figures = RunFigures()
    var run = run(status: .succeeded)
    run.startedAt = run.queuedAt + .milliseconds(number)
    run.endedAt = run.queuedAt + .milliseconds(number) + duration
    run.use = ResourceUse(cpuMicroseconds: 7, peakMemoryBytes: Int64(number))
    figures.add(run)
    return RunPeriod(instance: instance.id, hookName: hook, start: minute(number), figures: figures)
  }

  fileprivate func list(
    _ hook: String?, step: Duration = .seconds(60), limit: Int = 100
  ) async throws -> [RunPeriod] {
    try await store.metrics.list(
      instance: instance.id, hookName: hook, since: minute(0), step: step, after: nil, limit: limit)
  }
}
