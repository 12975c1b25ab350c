public import Content
public import CoreMetrics
public import EventLoop
public import Logging
public import Model
public import Records
public import Runtimes
public import Schedules
public import Store

/// Runs hooks: admits, queues, starts, supervises, ends and records every run of this server.
///
/// Its state lives on the loop's thread. What it promises lives in the store: whatever was accepted asynchronously runs
/// even if the server dies, and what was running then is closed as `lost` at the next start.
@LoopActor
public final class Engine {
  /// A run that waits for its place.
  enum Waiting {
    /// With a caller who waits for the answer.
    case caller(RunQueue.Ticket, LoopContinuation<PlaceDecision>)
    /// Promised: it is in the store, or will be once the insertion is done.
    case owed(RunQueue.Ticket, insertion: Task<Run, any Error>?)
  }

  /// What became of a caller's waiting for a place.
  enum PlaceDecision {
    case start
    case cancelled(by: String)
    case tooLate
    case stopping
    case refused(RunProblem)
  }

  public nonisolated let logFeed = LogFeed()
  nonisolated let store: any Store
  nonisolated let variables: Variables
  nonisolated let catalog: RuntimeCatalog
  nonisolated let strategy: any StartStrategy
  nonisolated let configuration: EngineConfiguration
  nonisolated let clock: any WallClock
  nonisolated let logger: Logger
  nonisolated let host: Host
  nonisolated let schemas = SchemaCache()
  nonisolated let scheduleNames = ScheduleNames()
  nonisolated let triggerMeters: TriggerMeters

  var queue: RunQueue
  let tally: RunTally
  var waiting: [ID<Run>: Waiting] = [:]
  var live: [ID<Run>: RunExecution] = [:]
  var endWaiters: [ID<Run>: [LoopContinuation<Void>]] = [:]
  var idleWaiters: [LoopContinuation<Void>] = []
  /// Runs that are being claimed from the store: not yet live, and no longer waiting.
  var claims: Set<ID<Run>> = []
  /// Runs that became free to start while somebody claimed them in vain: they are queued anew when that has ended.
  var revived: [ID<Run>: Run] = [:]
  var claimWaiters: [ID<Run>: [LoopContinuation<Void>]] = [:]
  var isStopping = false
  /// Runs that wait for their time; `nil` until `start()`.
  var postponed: PostponedRuns?
  /// At least 0 and less than 1, for the spread of retries.
  nonisolated let random: @Sendable () -> Double
  let makeAlarm: MomentAlarmMaker
  nonisolated let metrics: any MetricsFactory
  nonisolated let zones: ZoneSource
  nonisolated let readClocks: @Sendable () -> ClockReading
  /// Fires schedules; `nil` until `start()`.
  var scheduler: Scheduler?
  /// The data of instances, for the runs that ask for it.
  private(set) var records: RecordService?
  private let leaseTimer = LoopTimer()

  /// - Parameters:
  ///   - host: this server's lasting identity; its lease is set by `start()`.
  ///   - metrics: keeps what is counted.
  ///   - variables: what runs get of variables and secrets.
  ///   - strategy: how processes are started; the launcher behind it must be ready.
  ///   - random: gives numbers from 0 to less than 1, for the spread of retries.
  ///   - zones: gives the clocks of time zones, for schedules.
  ///   - readClocks: reads the machine's clocks, to notice what happens to them.
  ///   - makeAlarm: makes the alarms for runs that wait for their time and for schedules; they go by the same time as
  ///     `clock`.
  public init(
    store: any Store, variables: Variables, catalog: RuntimeCatalog, strategy: any StartStrategy, host: Host,
    configuration: EngineConfiguration = EngineConfiguration(), clock: any WallClock = SystemWallClock(),
    metrics: any MetricsFactory = MetricsSystem.factory, logger: Logger,
    random: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
    zones: @escaping ZoneSource = { name throws(Problem) in
      throw Problem(.unavailable, "this server has no time zones", field: "zone")
    },
    readClocks: @escaping @Sendable () -> ClockReading = { .now },
    makeAlarm: @escaping MomentAlarmMaker = { try WallClockAlarm($0) }
  ) {
    self.store = store
    self.variables = variables
    self.catalog = catalog
    self.strategy = strategy
    self.host = host
    self.configuration = configuration
    self.clock = clock
    self.logger = logger
    self.random = random
    self.makeAlarm = makeAlarm
    self.metrics = metrics
    self.zones = zones
    self.readClocks = readClocks
    triggerMeters = TriggerMeters(metrics)
    tally = RunTally(metrics)
    queue = RunQueue(capacity: configuration.capacity, capacityOfInstance: configuration.capacityOfInstance)
  }

  /// Lets runs reach the records of their instances. To be called before `start`, if at all.
  public func serve(_ records: RecordService) {
    self.records = records
  }

  /// Takes over what an earlier life of this host left: closes its runs in flight as `lost`, and queues the runs that
  /// are owed. Call it once, before the first `invoke`.
  public func start() async throws {
    try await store.hosts.register(
      Host(id: host.id, name: host.name, leaseExpiresAt: clock.now + configuration.lease))
    let lost = try await store.runs.closeLost(host: host.id, at: clock.now) { run, bodies in
      await self.aftermath(of: run, payload: bodies.payload)
    }
    if !lost.isEmpty {
      for run in lost { await count(run) }
      logger.warning("closed runs that were in flight when the server died", metadata: ["runs": "\(lost.count)"])
    }
    let alarm = try makeAlarm { [weak self] event in self?.momentHasCome(event) }
    postponed = PostponedRuns(alarm: alarm, since: clock.now)
    try await queueOwedRuns()
    try await queuePostponedRuns()
    try await startScheduler()
    leaseTimer.start(after: configuration.lease / 3, repeating: configuration.lease / 3) { [weak self] in
      guard let self else { return }
      Task { await self.renewLease() }
    }
  }

  /// Refuses new runs, gives those in flight time to end, ends them, and returns when all are recorded. Runs that are
  /// owed stay in the store for the next start.
  public func shutDown() async {
    guard !isStopping else { return }
    isStopping = true
    leaseTimer.stop()
    postponed?.alarm.close()
    await scheduler?.stop()
    for (id, entry) in waiting {
      waiting[id] = nil
      switch entry {
      case .caller(let ticket, let continuation):
        _ = queue.withdraw(ticket)
        continuation.resume(returning: .stopping)
      case .owed(let ticket, _):
        _ = queue.withdraw(ticket)
      }
    }
    let stopTimer = LoopTimer()
    stopTimer.start(after: configuration.stopGrace) { [weak self] in
      for execution in self?.live.values.map({ $0 }) ?? [] { execution.intervene(.serverStopping) }
    }
    while !live.isEmpty || !claims.isEmpty {
      await withLoopContinuation { continuation in
        if live.isEmpty, claims.isEmpty { continuation.resume() } else { idleWaiters.append(continuation) }
      }
    }
    stopTimer.stop()
    logFeed.close()
  }

  /// Stores messages of the log that belong to no run, and shows them to those who follow it.
  public nonisolated func log(_ entries: [LogEntry]) async {
    do {
      logFeed.publish(try await store.logs.append(entries))
    } catch {
      logger.error("log messages could not be stored", metadata: ["error": "\(error)"])
    }
  }

  private func renewLease() async {
    do {
      _ = try await store.hosts.renew(host.id, until: clock.now + configuration.lease)
      // A promise that could not be kept at its time, because the store refused then, is kept now.
      try await queueOwedRuns()
      try await queuePostponedRuns()
    } catch {
      logger.error("the lease could not be renewed", metadata: ["error": "\(error)"])
    }
  }

  private func queueOwedRuns() async throws {
    var last: ID<Run>?
    while !isStopping {
      let page = try await store.runs.queued(limit: 500, after: last, dueBy: clock.now)
      for (run, _) in page { queueOwed(run) }
      guard page.count == 500 else { return }
      last = page.last?.run.id
    }
  }
}
