import Engine
import EventLoop
import Glibc
import Logging
import Model
import Schedules
import Store
import StoreSQLite
import Telemetry

/// Fires very many schedules into a sink that does nothing, and prints how late they were, what that cost, and what the
/// store could do at the most. See bench/README.md.
///
///     ScheduleLoad FOLDER SCHEDULES SECONDS BURST
///
/// A line for each figure, its name and its value between tabs.
@main
struct ScheduleLoad {
  /// Hooks that the schedules belong to.
  private static let hooks = 100
  /// The shortest and the longest interval, in milliseconds.
  private static let intervals: ClosedRange<Int64> = 30_000...300_000
  private static let burstDelay = Duration.seconds(10)

  private let path: String
  private let count: Int
  private let seconds: Int
  private let burst: Int
  private let clock = SystemWallClock()

  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let count = Int(arguments[2]), let seconds = Int(arguments[3]),
      let burst = Int(arguments[4]), count > 0, seconds > 10, burst > 0
    else { throw Problem(.invalid, "usage: ScheduleLoad FOLDER SCHEDULES SECONDS BURST") }
    let load = ScheduleLoad(path: arguments[1] + "/grapnel.db", count: count, seconds: seconds, burst: burst)
    try await load.fill()
    try await load.fire()
    try await load.measureCeiling()
  }

  private init(path: String, count: Int, seconds: Int, burst: Int) {
    self.path = path
    self.count = count
    self.seconds = seconds
    self.burst = burst
  }

  private func report(_ name: String, _ value: Double) {
    print(name, value, separator: "\t")
    fflush(nil)
  }

  // MARK: - Before

  /// Makes the schedules, and lets a first life of the scheduler find when each is due.
  private func fill() async throws {
    let store = try SQLiteStore(path: path)
    let instance = try await store.instances.create(name: "main", at: clock.now)
    var hooks: [Hook] = []
    for number in 0..<Self.hooks {
      hooks.append(
        try await store.hooks.deploy(
          instance: instance.id, name: "hook-\(number)",
          bundle: Bundle(hash: String(repeating: "a", count: 64), size: 1, fileCount: 1),
          definition: HookDefinition(runtime: "executable", entry: "main"), origin: "folder", at: clock.now
        ).hook)
    }
    let started = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<count {
        if number >= 256 { try await group.next() }
        let hook = hooks[number % hooks.count]
        let interval = Int64.random(in: Self.intervals)
        let rule = ScheduleRule(.every(.milliseconds(interval), align: .creation))
        // Made at some time in the last interval, so that their slots are spread evenly.
        let created = clock.now + .milliseconds(-Int64.random(in: 0..<interval))
        group.addTask { try await add(rule, "s\(number)", to: hook, created: created, store) }
      }
      try await group.waitForAll()
    }
    report("making_seconds", (ContinuousClock.now - started).inSeconds)
    let looked = ContinuousClock.now
    let scheduler = try await scheduler(store) { _, _ in }
    // Ten seconds are the tolerance: until none is late by a second.
    while try await store.schedules.silent(at: clock.now + .seconds(9), limit: 1).count > 0 {
      try await Task.sleep(for: .milliseconds(200))
    }
    report("first_look_seconds", (ContinuousClock.now - looked).inSeconds)
    await scheduler.stop()
    try await store.close()
  }

  private func add(
    _ rule: ScheduleRule, _ name: String, to hook: Hook, created: Timestamp, _ store: any Store
  ) async throws {
    _ = try await store.schedules.add(
      Schedule(
        id: ID(at: clock.now), instance: hook.instance, hook: hook.id, hookName: hook.name, name: name,
        definition: ScheduleDefinition(rule: rule, overlap: .allow, missed: .all(atMost: 1000)),
        createdAt: created, updatedAt: created,
        state: ScheduleState(decidedThrough: clock.now, due: clock.now)),
      most: 1_000_000, by: "bench", at: clock.now)
  }

  @LoopActor
  private func scheduler(_ store: any Store, sink: @escaping Scheduler.RunSink) async throws -> Scheduler {
    var logger = Logger(label: "bench")
    logger.logLevel = .warning
    let scheduler = Scheduler(
      store: store, zones: { _ throws(Problem) in .utc },
      configuration: SchedulerConfiguration(mostQueued: .max), clock: clock, metrics: MetricsRegistry(),
      logger: logger, makeAlarm: { try WallClockAlarm($0) },
      makeRun: { schedule, slot, now in (schedule.run(at: slot, now: now), RunBodies()) }, sink: sink)
    try await scheduler.start()
    return scheduler
  }

  // MARK: - The load

  /// The second life: how long its start takes, and how late it is.
  private func fire() async throws {
    let opened = ContinuousClock.now
    let store = try SQLiteStore(path: path)
    let sink = await LatenessSink(clock: clock)
    let scheduler = try await scheduler(store) { run, _ in sink.take(run) }
    report("start_seconds", (ContinuousClock.now - opened).inSeconds)
    // What came due while nobody fired is not what is measured.
    try await Task.sleep(for: .seconds(5))
    _ = await sink.takeSteady()
    let before = ProcessUse.now
    try await Task.sleep(for: .seconds(seconds))
    let steady = await sink.takeSteady()
    let after = ProcessUse.now
    report("steady_slots_per_second", Double(steady.count) / (after.moment - before.moment).inSeconds)
    report("steady_p50_ms", steady.quantile(0.5))
    report("steady_p99_ms", steady.quantile(0.99))
    report("steady_max_ms", steady.quantile(1))
    report("cores", (after.processor - before.processor).inSeconds / (after.moment - before.moment).inSeconds)
    report("rss_mib", after.residentMebibytes)

    let hook = try await store.hooks.list(instance: store.instances.list()[0].id)[0]
    let moment = Timestamp(microseconds: (clock.now + Self.burstDelay).microseconds / 1_000_000 * 1_000_000)
    await sink.expectBurst(at: moment)
    for number in 0..<burst {
      try await add(ScheduleRule(.at(moment.rfc3339)), "burst\(number)", to: hook, created: clock.now, store)
    }
    report("burst_made_before_ms", (moment - clock.now).inSeconds * 1000)
    while await sink.burstCount < burst, clock.now < moment + .seconds(30) {
      try await Task.sleep(for: .milliseconds(50))
    }
    let late = await sink.takeBurst()
    report("burst_slots", Double(late.count))
    report("burst_p50_ms", late.quantile(0.5))
    report("burst_p99_ms", late.quantile(0.99))
    await scheduler.stop()
    try await store.close()
  }

  // MARK: - The store alone

  /// What the store commits at the most when it is given the same runs, as many at once as the scheduler gives it, with
  /// nothing to decide.
  private func measureCeiling() async throws {
    let store = try SQLiteStore(path: path)
    let hook = try await store.hooks.list(instance: store.instances.list()[0].id)[0]
    let end = ContinuousClock.now + .seconds(5)
    let before = ProcessUse.now
    let clock = clock
    let total = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<300 {
        group.addTask {
          var count = 0
          while ContinuousClock.now < end {
            let now = clock.now
            _ = try await store.runs.enqueue(
              Run(
                id: ID(at: now), instance: hook.instance, hook: hook.id, hookName: hook.name,
                bundleHash: hook.version.bundle.hash, definition: hook.version.definition,
                cause: RunCause(kind: .manual), isAsynchronous: true, queuedAt: now), RunBodies())
            count += 1
          }
          return count
        }
      }
      return try await group.reduce(0, +)
    }
    let after = ProcessUse.now
    report("ceiling_runs_per_second", Double(total) / (after.moment - before.moment).inSeconds)
    report("ceiling_cores", (after.processor - before.processor).inSeconds / (after.moment - before.moment).inSeconds)
    try await store.close()
  }
}

extension [Double] {
  fileprivate func quantile(_ share: Double) -> Double {
    guard !isEmpty else { return .nan }
    return sorted()[Swift.min(count - 1, Int(Double(count) * share))]
  }
}
