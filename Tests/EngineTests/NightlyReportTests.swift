import Content
import EventLoop
import Foundation
import Logging
import Model
import Schedules
import Store
import Telemetry
import Testing

@testable import Engine

/// `examples/nightly-report` over months of nights, by a clock that the test moves.
@LoopActor
struct NightlyReportTests {
  private let base: EngineFixture
  private let engine: Engine
  private let report: Hook
  private let berlin: ZoneRules

  init() async throws {
    base = try await EngineFixture()
    // Not started: it makes the runs and says what follows from their ends, as in a server.
    engine = try await base.engine(isStarted: false)
    berlin = try hostZones("Europe/Berlin")
    base.clock.advance(by: Self.time("2026-03-20T12:00:00Z") - base.clock.now)
    for name in ["sales", "alert"] { _ = try await Self.deploy(name, base) }
    report = try await Self.deploy("report", base)
  }

  private static func time(_ text: String) -> Timestamp {
    guard let time = Timestamp(rfc3339: text) else { preconditionFailure("not a time: \(text)") }
    return time
  }

  private static func deploy(_ name: String, _ base: EngineFixture) async throws -> Hook {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../examples/nightly-report/hooks")
    let yaml = try Data(contentsOf: folder.appending(path: "\(name)/hook.yaml"))
    var definition = try HookDefinitionReader.read(
      Array(yaml), file: "hook.yaml", schedules: ScheduleAdmission(zones: hostZones), owner: "main/\(name)")
    // The only language of this host.
    definition.runtime = "executable"
    return try await base.store.hooks.deploy(
      instance: base.instance.id, name: name,
      bundle: Bundle(hash: String(repeating: "b", count: 64), size: 1, fileCount: 1), definition: definition,
      origin: "folder", at: base.clock.now
    ).hook
  }

  /// A life of the server.
  @LoopActor
  private final class Life {
    let alarm = EngineFixture.ManualAlarm()
    private(set) var scheduler: Scheduler?
    var runs: [Run] = []

    func start(_ test: NightlyReportTests) async throws {
      let (alarm, engine) = (alarm, test.engine)
      var logger = Logger(label: "test")
      logger.logLevel = .critical
      let scheduler = Scheduler(
        store: test.base.store, zones: hostZones,
        configuration: SchedulerConfiguration(spacing: .zero, watchPeriod: .seconds(86_400)), clock: test.base.clock,
        metrics: MetricsRegistry(), logger: logger,
        makeAlarm: { onFire in
          alarm.onFire = onFire
          return alarm
        },
        makeRun: { schedule, slot, now in engine.run(of: schedule, at: slot, now: now) },
        sink: { [weak self] run, _ in self?.runs.append(run) })
      self.scheduler = scheduler
      try await scheduler.start()
      await scheduler.settle()
    }

    /// The runs of the slots that have come.
    func ring() async -> [Run] {
      alarm.ring()
      await scheduler?.settle()
      defer { runs = [] }
      return runs
    }
  }

  /// Runs a run to its end, with its further attempts.
  ///
  /// - Returns: what was queued at the last end: the alert, if there is one.
  private func perform(_ run: Run, succeeds: Bool, _ life: Life) async throws -> [Run] {
    var next = run
    while true {
      base.clock.advance(by: max(.zero, (next.notBefore ?? base.clock.now) - base.clock.now))
      #expect(try await base.store.runs.start(next.id, host: base.host.id, at: base.clock.now))
      base.clock.advance(by: .seconds(2))
      let started = try #require(try await base.store.runs.find(next.id))
      let failure = succeeds ? nil : RunFailure(reason: "exit", message: "the sales cannot be read")
      let end = RunEnd(
        status: succeeds ? .succeeded : .failed, endedAt: base.clock.now, startedAt: started.startedAt,
        exitCode: succeeds ? 0 : 1, failure: failure)
      let aftermath = await engine.aftermath(of: started.ended(end), payload: ["currency": "EUR"])
      let settlement = try #require(
        try await base.store.runs.finish(next.id, end, bodies: nil, logs: [], aftermath: aftermath))
      guard let retry = settlement.queued.first(where: { $0.retryOf != nil }) else { return settlement.queued }
      next = retry
    }
  }

  /// Goes to noon of the next day, night by night.
  ///
  /// - Returns: what the clocks of Berlin showed at each run, and the alerts.
  private func nights(
    _ count: Int, _ life: Life, succeeds: Bool = true
  ) async throws -> (runs: [String], alerts: [Run]) {
    var runs: [String] = []
    var alerts: [Run] = []
    for _ in 0..<count {
      let noon = base.clock.now + .seconds(86_400)
      while base.clock.now < noon {
        for run in await life.ring() {
          runs.append(berlin.text(of: try #require(run.cause.slot)))
          #expect(run.status == .queued && run.hookName == "report")
          #expect(base.clock.now - (run.cause.slot ?? noon) <= .seconds(300))
          alerts += try await perform(run, succeeds: succeeds, life)
        }
        base.clock.advance(by: min(.seconds(120), noon - base.clock.now))
      }
    }
    return (runs, alerts)
  }

  @Test func itRunsOnceANightByTheClocksOfBerlin() async throws {
    let life = Life()
    try await life.start(self)
    let spring = try await nights(12, life)
    #expect(
      spring.runs.map { String($0.prefix(16)) } == (21...31).map { day in
        "2026-03-\(day)T0\(day == 29 ? "3:00" : "2:30")"
      } + ["2026-04-01T02:30"])
    #expect(spring.alerts.isEmpty)
    base.clock.advance(by: Self.time("2026-10-23T12:00:00Z") - base.clock.now)
    let caughtUp = await life.ring()
    try #require(caughtUp.count == 1)
    _ = try await perform(caughtUp[0], succeeds: true, life)
    base.clock.advance(by: Self.time("2026-10-23T12:00:00Z") - base.clock.now)
    let autumn = try await nights(4, life)
    try #require(autumn.runs.map { String($0.prefix(16)) } == (24...27).map { "2026-10-\($0)T02:30" })
    // The first of the two, by summer time.
    #expect(autumn.runs[1].hasSuffix("+02:00"))
    await life.scheduler?.stop()
  }

  @Test func nightsThatWereMissedAreCaughtUpWithOnce() async throws {
    let first = Life()
    try await first.start(self)
    #expect(try await nights(1, first).runs.count == 1)
    await first.scheduler?.stop()
    base.clock.advance(by: .seconds(3 * 86_400))
    let second = Life()
    try await second.start(self)
    let caughtUp = await second.ring()
    #expect(caughtUp.compactMap(\.cause.slot) == [Self.time("2026-03-24T01:30:00Z")])
    let missed = try await base.store.events.list(instance: base.instance.id, after: 0, limit: 1000)
      .filter { $0.kind == "schedule.missed" }
    #expect(missed.map { $0.data["slots"] } == [3] && missed.map { $0.data["not_run"] } == [2])
    await second.scheduler?.stop()
  }

  @Test func theAlertHearsOfEveryNightThatFailsOnceAndOfTheNextThatDoesNot() async throws {
    let life = Life()
    try await life.start(self)
    let bad = try await nights(3, life, succeeds: false)
    try #require(bad.alerts.map(\.hookName) == ["alert", "alert", "alert"])
    let runs = try await base.store.runs.list(
      RunFilter(instance: base.instance.id, hookName: "report"), cursor: nil, limit: 100)
    #expect(runs.items.map(\.attempt).sorted() == [1, 1, 1, 2, 2, 2, 3, 3, 3])
    let told = try #require(try await base.store.runs.bodies(bad.alerts[2].id)?.payload)
    #expect(told["status"] == "failed" && told["attempt"] == 3)
    #expect(told["schedule"]?["name"] == "nightly" && told["schedule"]?["failures"] == 3)
    let good = try await nights(2, life)
    try #require(good.alerts.map(\.hookName) == ["alert"])
    let recovery = try #require(try await base.store.runs.bodies(good.alerts[0].id)?.payload)
    #expect(recovery["status"] == "succeeded" && recovery["schedule"]?["failures"] == 3)
    await life.scheduler?.stop()
  }

  @Test func sevenBadNightsDisableIt() async throws {
    let life = Life()
    try await life.start(self)
    let bad = try await nights(9, life, succeeds: false)
    #expect(bad.runs.count == 7 && bad.alerts.count == 7)
    let schedule = try #require(try await base.store.schedules.find(hook: report.id, name: "nightly"))
    #expect(!schedule.isEnabled && schedule.disabledReason?.contains("7") == true)
    let events = try await base.store.events.list(instance: base.instance.id, after: 0, limit: 1000)
    #expect(events.filter { $0.kind == "schedule.disabled" }.map(\.actor) == ["host"])
    await life.scheduler?.stop()
  }
}
