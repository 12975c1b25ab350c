import Foundation
import Logging
import Model
import Store
import StoreSQLite
import Synchronization
import Testing

@testable import Engine

/// Retention against the real store, in the time of a test's own clock.
@Suite struct UpkeepTests {
  private let clock = ManualWallClock()
  private let folder = NSTemporaryDirectory() + "/grapnel-upkeep-\(UUID().uuidString)"

  private func with(
    _ retention: Retention = Retention(), collectingFails: Bool = false,
    _ body: (any Store, Instance, Upkeep, Journal) async throws -> Void
  ) async throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try SQLiteStore(path: folder + "/grapnel.db")
    let instance = try await store.instances.create(name: "main", at: clock.now)
    let steps = Journal()
    let upkeep = Upkeep(
      store: store, clock: clock, retention: retention, logger: Logger(label: "test"),
      recordPeriods: { steps.append("history") },
      collect: { kept in
        steps.append("bundles \(kept.sorted().map { $0.prefix(1) }.joined())")
        if collectingFails { throw Problem(.internal, "the disk is tired") }
        return 0
      },
      sleep: { [clock] span in
        if span == Upkeep.pause { return }
        clock.advance(by: span)
        steps.append("slept")
        if steps.count("slept") > 2 { throw CancellationError() }
      })
    try await body(store, instance, upkeep, steps)
    try await store.close()
  }

  /// What happened, in order.
  private final class Journal: Sendable {
    let entries: Mutex<[String]> = Mutex([])
    func append(_ entry: String) { entries.withLock { $0.append(entry) } }
    func count(_ entry: String) -> Int { entries.withLock { $0.count { $0 == entry } } }
  }

  private func run(_ instance: Instance, status: RunStatus, ago: Duration) -> Run {
    let time = clock.now + (.zero - ago)
    return Run(
      id: ID(at: time), instance: instance.id, hook: nil, hookName: nil, bundleHash: String(repeating: "c", count: 64),
      definition: HookDefinition(runtime: "bash", entry: "a"), cause: RunCause(kind: .http), status: status,
      isAsynchronous: true, queuedAt: time, endedAt: status.isFinal ? time : nil)
  }

  @Test func whatIsOldGoesAndWhatHasNotEndedStays() async throws {
    try await with { store, instance, upkeep, _ in
      let old = try await store.runs.record(run(instance, status: .failed, ago: .days(31)), RunBodies(), logs: []).run
      let young = try await store.runs.record(run(instance, status: .failed, ago: .days(29)), RunBodies(), logs: [])
        .run
      let waiting = try await store.runs.enqueue(run(instance, status: .queued, ago: .days(400)), RunBodies())
      for ago in [Duration.days(31), .days(29)] {
        _ = try await store.logs.append([
          LogEntry(
            instance: instance.id, hook: nil, hookName: nil, run: old.id, time: clock.now + (.zero - ago), level: .info,
            stream: .log, value: .json("x"))
        ])
      }
      for ago in [Duration.days(91), .days(89)] {
        let time = clock.now + (.zero - ago)
        _ = try await store.events.append(Event(instance: instance.id, time: time, kind: "a", actor: "host"))
        _ = try await store.events.append(Event(instance: nil, time: time, kind: "of the host", actor: "host"))
        try await store.metrics.add([
          RunPeriod(instance: instance.id, hookName: "a", start: time, figures: RunFigures())
        ])
      }
      try await upkeep.prune()
      #expect(try await store.runs.find(old.id) == nil)
      #expect(try await store.runs.find(young.id) != nil)
      #expect(try await store.runs.find(waiting.id) != nil)
      #expect(try await store.logs.list(LogFilter(instance: instance.id), limit: 10).count == 1)
      #expect(try await store.events.list(instance: instance.id, after: 0, limit: 10).count == 1)
      let host = try await store.events.list(EventFilter(instance: nil, kind: "of the host"), limit: 10)
      #expect(host.map(\.time) == [clock.now + (.zero - .days(89))])
      let since = Timestamp(microseconds: 0)
      #expect(
        try await store.metrics.list(
          instance: instance.id, hookName: nil, since: since, step: .seconds(60), after: nil, limit: 10
        ).count == 1)
    }
  }

  @Test func countsAndBytesAreOfEachInstance() async throws {
    var retention = Retention()
    retention.runs = Retention.Rule(count: 2)
    retention.logs = Retention.Rule(count: 1)
    retention.events = Retention.Rule(count: 1)
    try await with(retention) { store, main, upkeep, _ in
      let other = try await store.instances.create(name: "other", at: clock.now)
      for instance in [main, other] {
        for number in 0..<4 {
          var run = run(instance, status: .succeeded, ago: .days(100 - number))
          run.isAsynchronous = false
          _ = try await store.runs.record(run, RunBodies(), logs: [])
          _ = try await store.events.append(Event(instance: instance.id, time: clock.now, kind: "a", actor: "host"))
        }
      }
      try await upkeep.prune()
      for instance in [main, other] {
        let left = try await store.runs.list(RunFilter(instance: instance.id), cursor: nil, limit: 10).items
        #expect(left.map(\.serial) == [4, 3])
        #expect(try await store.events.list(instance: instance.id, after: 0, limit: 10).count == 1)
      }
    }
  }

  @Test func deadLettersAreKeptForTheirTimeAndThenTheirRunsAsOthers() async throws {
    var retention = Retention()
    retention.deadLetters.count = 2
    try await with(retention) { store, instance, upkeep, _ in
      var letters: [ID<Run>] = []
      for days in [91, 89, 88, 40, 1] {
        let dead = run(instance, status: .failed, ago: .days(days))
        _ = try await store.runs.record(dead, RunBodies(), logs: [], aftermath: RunAftermath(isDeadLetter: true))
        letters.append(dead.id)
      }
      let open = {
        try await store.deadLetters.list(instance: instance.id, hookName: nil, cursor: nil, limit: 9).items.map(
          \.run.id)
      }
      try await upkeep.prune()
      #expect(try await open() == [letters[4], letters[3]], "one is too old, and two are too many")
      for (number, id) in letters.enumerated() {
        #expect(try await store.runs.find(id) != nil || number < 3, "a letter keeps its run")
      }
      clock.advance(by: .days(51))
      try await upkeep.prune()
      #expect(try await open() == [letters[4]])
      #expect(try await store.runs.find(letters[3]) == nil)
    }
  }

  @Test func whatARemovedInstanceHadGoes() async throws {
    try await with { store, main, upkeep, _ in
      let shop = try await store.instances.create(name: "shop", at: clock.now)
      for instance in [main, shop] {
        for number in 0..<3 {
          _ = try await store.runs.record(
            run(instance, status: .succeeded, ago: .seconds(number)), RunBodies(), logs: [])
        }
      }
      _ = try await store.instances.remove(shop.id, by: "key:1", at: clock.now)
      try await upkeep.prune()
      #expect(try await store.instances.removed().isEmpty)
      #expect(try await store.runs.list(RunFilter(instance: shop.id), cursor: nil, limit: 9).items.isEmpty)
      #expect(try await store.runs.list(RunFilter(instance: main.id), cursor: nil, limit: 9).items.count == 3)
    }
  }

  @Test func bytesCountTooOfRunsAndOfMessages() async throws {
    var retention = Retention()
    retention.runs = Retention.Rule(bytes: ByteSize(bytes: 3 << 20))
    retention.logs = Retention.Rule(bytes: ByteSize(bytes: 1 << 20))
    try await with(retention) { store, instance, upkeep, _ in
      for number in 0..<4 {
        let run = run(instance, status: .succeeded, ago: .days(10 - number))
        _ = try await store.runs.record(run, RunBodies(output: Array(repeating: 1, count: 1 << 20)), logs: [])
        _ = try await store.logs.append([
          LogEntry(
            instance: instance.id, hook: nil, hookName: nil, run: run.id, time: clock.now, level: .info, stream: .log,
            value: .json(.string(String(repeating: "x", count: 400_000))))
        ])
      }
      try await upkeep.prune()
      #expect(try await store.runs.list(RunFilter(instance: instance.id), cursor: nil, limit: 10).items.count == 2)
      #expect(try await store.logs.list(LogFilter(instance: instance.id), limit: 10).count == 2)
    }
  }

  /// What fails in one round is tried again in the next, and keeps nothing else from being done.
  @Test func aFaultEndsNothing() async throws {
    try await with(collectingFails: true) { _, _, upkeep, steps in
      await upkeep.run()
      #expect(steps.count("slept") == 3 && steps.count("history") == 2)
    }
  }

  @Test func eachMinuteTheHistoryIsWrittenAndNowAndThenBundlesAreCollected() async throws {
    try await with { store, instance, upkeep, steps in
      _ = try await store.runs.enqueue(run(instance, status: .queued, ago: .zero), RunBodies())
      let start = clock.now
      await upkeep.run()
      #expect(clock.now == start + .seconds(180))
      #expect(steps.entries.withLock { $0 } == ["slept", "history", "bundles c", "slept", "history", "slept"])
    }
  }
}

extension Duration {
  fileprivate static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}
