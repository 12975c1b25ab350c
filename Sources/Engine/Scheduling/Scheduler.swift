public import CoreMetrics
public import EventLoop
public import Logging
public import Model
public import Schedules
public import Store

/// Fires schedules: claims each slot that is due together with its run, and hands over the run.
///
/// It knows by heart only when each schedule is to be looked at next, in a heap with one alarm on its first. Shortly
/// before that it reads the schedule from the store and decides, and when the moment has come it writes what it has
/// decided, if nobody has changed the schedule or its hook meanwhile. So a wrong or late entry of the heap costs a look
/// and no more: what counts is in the store.
@LoopActor
public final class Scheduler {
  /// Makes the run of a slot, queued, or ended as `blocked` if it cannot be started.
  public typealias RunMaker =
    @Sendable (_ schedule: ClaimableSchedule, _ slot: Timestamp, _ now: Timestamp) async -> (
      run: Run, bodies: RunBodies
    )
  /// Takes a run that is stored, and runs that are to be cancelled and to end before it starts.
  public typealias RunSink = @LoopActor @Sendable (_ run: Run, _ cancels: [ID<Run>]) -> Void

  nonisolated let store: any Store
  nonisolated let clock: any WallClock
  nonisolated let zones: ZoneSource
  nonisolated let configuration: SchedulerConfiguration
  nonisolated let logger: Logger
  nonisolated let meters: ScheduleMeters
  nonisolated let makeRun: RunMaker
  nonisolated let sink: RunSink
  private nonisolated let readClocks: @Sendable () -> ClockReading

  private var agenda: SlotAgenda
  /// Runs that are stored ahead of their moments, and when those come.
  private var coming = DueHeap<ID<Run>>()
  private var comingRuns: [ID<Run>: Run] = [:]
  private var alarm: (any MomentAlarm)?
  private let makeAlarm: MomentAlarmMaker
  private let watchTimer = LoopTimer()
  private let pauseTimer = LoopTimer()
  private var follower: Task<Void, Never>?
  private var lastChange: Int64 = 0
  private var looks: Pace
  private var writes: Pace
  /// Set while nothing is looked at: until the pause is over, or since the scheduler has stopped.
  private var isPausing = false
  private var isStopping = false
  private var inFlight: Int { looks.inFlight + writes.inFlight }
  private var idleWaiters: [LoopContinuation<Void>] = []
  private var clockWatch: ClockWatch
  private var isWatching = false
  private(set) var silentCount = 0

  /// - Parameters:
  ///   - zones: gives the clocks of time zones.
  ///   - readClocks: reads the machine's clocks, to notice what happens to them.
  ///   - makeAlarm: makes the one alarm; it goes by the same time as `clock`.
  ///   - makeRun: makes the runs of slots.
  ///   - sink: takes the runs.
  public init(
    store: any Store, zones: @escaping ZoneSource, configuration: SchedulerConfiguration = SchedulerConfiguration(),
    clock: any WallClock, readClocks: @escaping @Sendable () -> ClockReading = { .now },
    metrics: any MetricsFactory, logger: Logger, makeAlarm: @escaping MomentAlarmMaker,
    makeRun: @escaping RunMaker, sink: @escaping RunSink
  ) {
    self.store = store
    self.zones = zones
    self.configuration = configuration
    self.clock = clock
    self.readClocks = readClocks
    self.logger = logger
    self.makeAlarm = makeAlarm
    self.makeRun = makeRun
    self.sink = sink
    meters = ScheduleMeters(metrics)
    agenda = SlotAgenda(
      lead: configuration.lead, advance: configuration.advance, mostReady: configuration.mostReady)
    looks = Pace(spacing: configuration.spacing, most: configuration.inFlight)
    writes = looks
    clockWatch = ClockWatch(readClocks())
  }

  /// How many schedules have a slot to come.
  public var count: Int { agenda.count + inFlightSchedules }
  private var inFlightSchedules = 0

  /// Reads when each schedule is due, and begins to fire. Call it once.
  public func start() async throws {
    alarm = try makeAlarm { [weak self] event in
      if event == .clockChanged { self?.watch() }
      self?.look()
    }
    let arrivals = store.schedules.arrivals()
    // What lies in the future by a clock that was wrong would be silent until then.
    try await store.schedules.rewind(to: clock.now)
    lastChange = try await store.schedules.lastChange()
    var last: ID<Schedule>?
    repeat {
      let page = try await store.schedules.upcoming(after: last, limit: 10_000)
      for slot in page { agenda.expect(slot.schedule, at: slot.due) }
      last = page.count == 10_000 ? page.last?.schedule : nil
    } while last != nil
    agenda.release(try await store.schedules.released(limit: 1000))
    follower = Task { [weak self] in
      for await _ in arrivals { await self?.readChanges() }
    }
    // Not at once: what came due before the start is missed, which is told by itself, and not silence.
    watchTimer.start(after: configuration.watchPeriod, repeating: configuration.watchPeriod) { [weak self] in
      self?.watch()
    }
    look()
  }

  /// Fires nothing more, and returns when what was on its way to the store is there.
  public func stop() async {
    isStopping = true
    alarm?.close()
    watchTimer.stop()
    pauseTimer.stop()
    follower?.cancel()
    await settle()
  }

  /// Returns when nothing is on its way to the store.
  func settle() async {
    while inFlight > 0 || isWatching {
      await withLoopContinuation { continuation in
        if inFlight > 0 || isWatching { idleWaiters.append(continuation) } else { continuation.resume() }
      }
    }
  }

  /// Says that a run of a schedule has ended, for which a slot may have waited.
  public func runEnded(of schedule: ID<Schedule>) {
    agenda.release(CollectionOfOne(schedule))
    look()
  }

  // MARK: - What is due

  /// Takes what is due to the store, looks at what will be soon, as far as there is room on the way, and sets the alarm
  /// for what comes next.
  private func look() {
    guard !isStopping, !isPausing else { return }
    let now = clock.now
    releaseComing(now)
    while writes.mayBegin() {
      let claims = agenda.takeReady(now, most: configuration.batch)
      writes.isBehind = claims.count == configuration.batch
      guard !claims.isEmpty else { break }
      fire(claims)
    }
    while looks.mayBegin(isUrgent: agenda.hasReleased) {
      let (ids, released) = agenda.takeUrgent(now, most: configuration.lookBatch)
      looks.isBehind = ids.count == configuration.lookBatch
      guard !ids.isEmpty else { break }
      prepare(ids, released: released)
    }
    setAlarm(now)
  }

  private func setAlarm(_ now: Timestamp) {
    let write = writes.next(for: agenda.nextReady, now)
    let look = looks.next(for: agenda.nextUrgent, now)
    if let next = [coming.first?.due, write, look].compactMap(\.self).min() {
      alarm?.set(at: next)
    } else {
      alarm?.clear()
    }
  }

  private func prepare(_ ids: [ID<Schedule>], released: Set<ID<Schedule>>) {
    looks.begin()
    inFlightSchedules += ids.count
    Task {
      do {
        for look in try await look(at: ids, released: released) {
          switch look {
          case .claim(let claim): agenda.add(claim)
          case .again(let id, let due): if let due { agenda.expect(id, at: due) }
          }
        }
      } catch {
        logger.error("schedules that are due could not be read", metadata: ["error": "\(error)"])
        retry(ids)
      }
      looks.end()
      inFlightSchedules -= ids.count
      self.look()
      wakeIdleWaiters()
    }
  }

  private func fire(_ claims: [PreparedClaim]) {
    writes.begin()
    inFlightSchedules += claims.count
    Task {
      do {
        for settlement in try await write(claims) {
          if let due = settlement.due { agenda.expect(settlement.schedule, at: due) }
          if let claim = settlement.postponed { agenda.add(claim) }
          for run in settlement.runs { take(run, settlement.cancels) }
        }
      } catch {
        // Nothing of it was written, or all of it: what was is found to be so at the next look.
        logger.error("slots of schedules could not be claimed", metadata: ["error": "\(error)"])
        retry(claims.map(\.claim.schedule))
      }
      writes.end()
      inFlightSchedules -= claims.count
      look()
      wakeIdleWaiters()
    }
  }

  /// Hands over a run that is stored, now or when its moment has come.
  private func take(_ run: Run, _ cancels: [ID<Run>]) {
    guard let moment = run.notBefore, moment > clock.now else { return sink(run, cancels) }
    coming.set(run.id, due: moment)
    comingRuns[run.id] = run
  }

  /// If this host dies before, whoever looks for runs whose time has come finds them in the store.
  private func releaseComing(_ now: Timestamp) {
    while let member = coming.popFirst(dueBy: now) {
      guard let run = comingRuns.removeValue(forKey: member.key) else { continue }
      meters.noteStart(late: now - member.due)
      // A slot that had to wait for others to end is not claimed ahead.
      sink(run, [])
    }
  }

  /// Looks at schedules again after a pause: the store has failed.
  private func retry(_ ids: [ID<Schedule>]) {
    meters.countClaimFailure()
    let now = clock.now
    for id in ids { agenda.expect(id, at: now) }
    agenda.release(ids)
    pause()
  }

  private func pause() {
    guard !isStopping else { return }
    isPausing = true
    pauseTimer.start(after: configuration.retryDelay) { [weak self] in
      self?.isPausing = false
      self?.look()
    }
  }

  /// Takes over when schedules that were made, changed or enabled are to be looked at.
  func readChanges() async {
    do {
      while !isStopping {
        let page = try await store.schedules.changes(after: lastChange, limit: 1000)
        for change in page {
          lastChange = max(lastChange, change.number)
          agenda.expect(changed: change.slot.schedule, at: change.slot.due)
        }
        guard page.count == 1000 else { break }
      }
    } catch {
      // The watch looks again.
      logger.error("changes of schedules could not be read", metadata: ["error": "\(error)"])
    }
    look()
  }

  // MARK: - What may go wrong

  /// Looks for silent schedules and for what has happened to the clock.
  func watch() {
    guard !isStopping, !isWatching else { return }
    isWatching = true
    let jumps = clockWatch.observe(readClocks())
    Task {
      await handle(jumps)
      await readChanges()
      do {
        let silent = try await lookForSilence()
        silentCount = silent.count
        // Whatever made it so, they are looked at again.
        let now = clock.now
        for id in silent { agenda.expect(changed: id, at: now) }
        agenda.release(try await store.schedules.released(limit: 1000))
      } catch {
        logger.error("silent schedules could not be looked for", metadata: ["error": "\(error)"])
      }
      isWatching = false
      look()
      wakeIdleWaiters()
    }
  }

  private func wakeIdleWaiters() {
    let waiters = idleWaiters
    idleWaiters = []
    for waiter in waiters { waiter.resume() }
  }
}
