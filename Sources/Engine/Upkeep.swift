import CoreMetrics
public import Logging
public import Model
public import Store
import Telemetry

/// What a server does beside serving, once a minute: it writes the history of runs, deletes what removed instances had
/// and what retention says, and now and then removes bundles and layers that nothing refers to.
///
/// Deletions go in small transactions, with a pause after each, so that no writer waits long. Several servers of one
/// store may do it at once: what one has deleted the other does not find.
public struct Upkeep: Sendable {
  /// Rows that one transaction deletes at most.
  static let batch = 500
  /// What writers have for themselves after each transaction.
  static let pause = Duration.milliseconds(10)
  /// Transactions for one kind of thing in one round; the rest waits for the next.
  static let mostBatches = 400

  private let store: any Store
  private let clock: any WallClock
  private let retention: Retention
  private let logger: Logger
  private let recordPeriods: @Sendable () async -> Void
  private let collect: @Sendable (Set<String>) throws -> Int
  private let sleep: @Sendable (Duration) async throws -> Void

  /// - Parameters:
  ///   - recordPeriods: writes what has been counted of runs.
  ///   - collect: removes the bundles and layers that are not among those given, and returns how many.
  ///   - sleep: waits; a test decides how long that is.
  public init(
    store: any Store, clock: any WallClock, retention: Retention, logger: Logger,
    recordPeriods: @escaping @Sendable () async -> Void,
    collect: @escaping @Sendable (Set<String>) throws -> Int,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.store = store
    self.clock = clock
    self.retention = retention
    self.logger = logger
    self.recordPeriods = recordPeriods
    self.collect = collect
    self.sleep = sleep
  }

  /// Goes round until its task is cancelled. Whoever cancels it writes the history once more.
  public func run() async {
    var round = 0
    while (try? await sleep(.seconds(60))) != nil {
      round += 1
      await recordPeriods()
      do {
        try await prune()
        if round % 60 == 1 { try await removeUnused() }
      } catch is CancellationError {
        return
      } catch {
        logger.error("upkeep failed; it is tried again", metadata: ["error": "\(error)"])
      }
    }
  }

  /// One round of retention.
  public func prune() async throws {
    var pruned: [(String, Int)] = []
    for instance in try await store.instances.removed() {
      let count = try await repeated { try await store.instances.clear(instance, limit: Self.batch) }
      pruned.append(("removed", count))
    }
    pruned.append(("deleted data", try await repeated { try await store.records.clear(limit: Self.batch) }))
    let instances = try await store.instances.list()
    // Before the runs, which may go once they have no letter.
    for instance in instances { pruned.append(("dead letters", try await pruneLetters(instance.id))) }
    if let age = retention.runs.age {
      let limit = clock.now + (.zero - age)
      pruned.append(("runs", try await repeated { try await store.runs.prune(endedBefore: limit, limit: Self.batch) }))
    }
    if let age = retention.logs.age {
      let limit = clock.now + (.zero - age)
      pruned.append(("logs", try await repeated { try await store.logs.prune(before: limit, limit: Self.batch) }))
    }
    if let age = retention.metrics.age {
      let limit = clock.now + (.zero - age)
      pruned.append(
        ("metrics", try await repeated { try await store.metrics.prune(before: limit, limit: Self.batch) }))
    }
    for instance in instances {
      let (runs, logs) = (retention.runs, retention.logs)
      pruned.append(
        (
          "runs",
          try await repeated {
            try await store.runs.prune(
              instance: instance.id, count: runs.count, bytes: runs.bytes, limit: Self.batch)
          }
        ))
      pruned.append(
        (
          "logs",
          try await repeated {
            try await store.logs.prune(
              instance: instance.id, count: logs.count, bytes: logs.bytes, limit: Self.batch)
          }
        ))
      pruned.append(("events", try await pruneEvents(instance.id)))
    }
    pruned.append(("events", try await pruneEvents(nil)))
    let counts = Dictionary(pruned, uniquingKeysWith: +).filter { $0.value > 0 }
    try await giveBack()
    guard !counts.isEmpty else { return }
    for (kind, count) in counts {
      Counter(label: "grapnel_store_pruned_total", dimensions: [("kind", kind)]).increment(by: Int64(count))
    }
    logger.info("retention has deleted", metadata: Logger.Metadata(uniqueKeysWithValues: counts.map { ($0, "\($1)") }))
  }

  /// Gives the medium what deletions have freed; what one round does not manage, the next does.
  private func giveBack() async throws {
    for _ in 0..<Self.mostBatches {
      guard try await store.tidy() else { return }
      try await sleep(Self.pause)
    }
  }

  private func pruneLetters(_ instance: ID<Instance>) async throws -> Int {
    let (age, count, now) = (retention.deadLetters.age, retention.deadLetters.count, clock.now)
    return try await repeated {
      try await store.deadLetters.prune(
        instance: instance, before: age.map { now + (.zero - $0) }, count: count, limit: Self.batch, at: now)
    }
  }

  private func pruneEvents(_ instance: ID<Instance>?) async throws -> Int {
    let limit = retention.events.age.map { clock.now + (.zero - $0) }
    return try await repeated {
      try await store.events.prune(
        instance: instance, before: limit, count: retention.events.count, limit: Self.batch)
    }
  }

  /// Removes the bundles and layers that no hook and no run that has not ended refers to.
  public func removeUnused() async throws {
    let count = try collect(try await store.hooks.bundlesInUse())
    if count > 0 { logger.info("removed what nothing refers to", metadata: ["bundles and layers": "\(count)"]) }
  }

  private func repeated(_ delete: () async throws -> Int) async throws -> Int {
    var total = 0
    for _ in 0..<Self.mostBatches {
      let count = try await delete()
      guard count > 0 else { break }
      total += count
      try await sleep(Self.pause)
    }
    return total
  }
}
