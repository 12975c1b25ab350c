import EventLoop
import Logging
import Model
import Schedules
import Store
import StoreSQLite
import Telemetry

@testable import Engine

/// Schedulers over a store of their own, whose runs nobody starts.
@LoopActor
final class SchedulerFixture {
  static let start = Timestamp(microseconds: 1_800_000_000_000_000)

  let base: EngineFixture
  let clock: ManualWallClock
  let hook: Hook
  /// What the machine's clocks show besides the time of day: a test moves them.
  let machine = ManualMachine()
  private(set) var stored: [Run] = []
  private(set) var cancelled: [ID<Run>] = []
  private var alarms: [EngineFixture.ManualAlarm] = []

  init() async throws {
    base = try await EngineFixture()
    clock = base.clock
    clock.advance(by: Self.start - clock.now)
    hook = try await base.deploy("report")
  }

  var store: any Store { base.store }

  /// A life of a scheduler, by a host of its own.
  func scheduler(
    over store: (any Store)? = nil, mostQueued: Int = 10_000,
    makeRun: Scheduler.RunMaker? = nil
  ) async throws -> Scheduler {
    let alarm = EngineFixture.ManualAlarm()
    alarms.append(alarm)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let (clock, machine) = (clock, machine)
    let scheduler = Scheduler(
      store: store ?? base.store, zones: hostZones,
      configuration: SchedulerConfiguration(
        spacing: .zero, retryDelay: .milliseconds(1), watchPeriod: .seconds(86_400), mostQueued: mostQueued),
      clock: clock, readClocks: { machine.reading(wall: clock.now) }, metrics: MetricsRegistry(), logger: logger,
      makeAlarm: { onFire in
        alarm.onFire = onFire
        return alarm
      },
      makeRun: makeRun ?? { schedule, slot, now in (schedule.run(at: slot, now: now), RunBodies()) },
      sink: { [weak self] run, cancels in
        self?.stored.append(run)
        self?.cancelled += cancels
      })
    try await scheduler.start()
    await scheduler.settle()
    return scheduler
  }

  /// Lets time pass and the scheduler's alarm ring, and waits until all that was due is claimed.
  func pass(_ duration: Duration, _ schedulers: Scheduler...) async {
    clock.advance(by: duration)
    machine.pass(duration)
    for alarm in alarms { alarm.ring() }
    for scheduler in schedulers { await scheduler.settle() }
  }

  @discardableResult
  func add(
    _ rule: ScheduleRule, name: String = "test", _ change: (inout ScheduleDefinition) -> Void = { _ in }
  ) async throws -> ID<Schedule> {
    var definition = ScheduleDefinition(rule: rule)
    change(&definition)
    let schedule = Schedule(
      id: ID(at: clock.now), instance: base.instance.id, hook: hook.id, hookName: hook.name, name: name,
      definition: definition, createdAt: clock.now, updatedAt: clock.now,
      state: ScheduleState(decidedThrough: clock.now, due: clock.now))
    return try await store.schedules.add(schedule, most: 1000, by: "test", at: clock.now).id
  }

  func state(_ id: ID<Schedule>) async throws -> ScheduleState {
    guard let schedule = try await store.schedules.find(id) else { throw Problem(.notFound, "no schedule") }
    return schedule.state
  }

  /// All runs of a schedule that are in the store.
  func runs(of id: ID<Schedule>) async throws -> [Run] {
    let filter = RunFilter(instance: base.instance.id, schedule: id)
    return try await store.runs.list(filter, cursor: nil, limit: 1000).items
  }

  /// The slots of the stored runs, in seconds since the start, and forgets them.
  func take() -> [Int] {
    defer { stored = [] }
    return stored.map { Int(($0.cause.slot ?? Self.start).microseconds - Self.start.microseconds) / 1_000_000 }
  }

  /// Ends a run as the engine would.
  func end(_ run: Run, _ scheduler: Scheduler, status: RunStatus = .succeeded) async throws {
    _ = try await store.runs.start(run.id, host: base.host.id, at: clock.now)
    _ = try await store.runs.finish(run.id, RunEnd(status: status, endedAt: clock.now), bodies: nil, logs: [])
    if let schedule = run.cause.schedule { scheduler.runEnded(of: schedule) }
    await scheduler.settle()
  }

  func events(_ kind: String) async throws -> [Event] {
    try await store.events.list(instance: base.instance.id, after: 0, limit: 1000).filter { $0.kind == kind }
  }
}
