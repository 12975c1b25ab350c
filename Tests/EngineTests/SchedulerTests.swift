import EventLoop
import Model
import Schedules
import Store
import Testing

@testable import Engine

@LoopActor
struct SchedulerTests {
  private let everyTen = ScheduleRule(.every(.seconds(10), align: .epoch))

  @Test func firesAtEachSlotAndNotBefore() async throws {
    let fixture = try await SchedulerFixture()
    let id = try await fixture.add(everyTen)
    let scheduler = try await fixture.scheduler()
    await fixture.pass(.milliseconds(9999), scheduler)
    #expect(fixture.take() == [])
    await fixture.pass(.milliseconds(1), scheduler)
    let run = try #require(fixture.stored.first)
    #expect(run.cause == RunCause(kind: .schedule, schedule: id, slot: SchedulerFixture.start + .seconds(10)))
    #expect(run.serial == 1 && run.status == .queued && run.isAsynchronous)
    #expect(fixture.take() == [10])
    try await fixture.end(run, scheduler)
    await fixture.pass(.seconds(10), scheduler)
    #expect(fixture.take() == [20])
    let state = try await fixture.state(id)
    #expect(state.fired == 2 && state.lastSlot == SchedulerFixture.start + .seconds(20))
    #expect(state.due == SchedulerFixture.start + .seconds(30))
    await scheduler.stop()
  }

  @Test func whatIsMadeChangedAndRemovedMeanwhileCounts() async throws {
    let fixture = try await SchedulerFixture()
    let scheduler = try await fixture.scheduler()
    let id = try await fixture.add(everyTen) { $0.overlap = .allow }
    await scheduler.readChanges()
    await scheduler.settle()
    await fixture.pass(.seconds(10), scheduler)
    #expect(fixture.take() == [10])
    let hourly = ScheduleDefinition(rule: ScheduleRule(.every(.seconds(3600), align: .epoch)), overlap: .allow)
    _ = try await fixture.store.schedules.update(
      id, definition: hourly, isEnabled: nil, expected: nil, by: "test", at: fixture.clock.now)
    await scheduler.readChanges()
    await fixture.pass(.seconds(100), scheduler)
    #expect(fixture.take() == [])
    await fixture.pass(.seconds(3600), scheduler)
    #expect(fixture.take().count == 1)
    _ = try await fixture.store.schedules.remove(id, by: "test", at: fixture.clock.now)
    await fixture.pass(.seconds(36_000), scheduler)
    #expect(fixture.take() == [])
    #expect(scheduler.count == 0)
    await scheduler.stop()
  }

  @Test func theStoreTellsOfNewSchedules() async throws {
    let fixture = try await SchedulerFixture()
    let scheduler = try await fixture.scheduler()
    try await fixture.add(everyTen)
    // Without a word of ours: the store's own word makes the scheduler count it.
    while scheduler.count == 0 { await Task.yield() }
    await scheduler.settle()
    await fixture.pass(.seconds(10), scheduler)
    #expect(fixture.take() == [10])
    await scheduler.stop()
  }

  @Test(arguments: [(MissedPolicy.skip, []), (.once, [3600]), (.all(atMost: 3), [3580, 3590, 3600])])
  func slotsThatWereMissedWhileTheServerWasDown(policy: MissedPolicy, expected: [Int]) async throws {
    let fixture = try await SchedulerFixture()
    let id = try await fixture.add(everyTen) {
      $0.missed = policy
      $0.tolerance = .seconds(1)
    }
    fixture.clock.advance(by: .seconds(3605))
    let scheduler = try await fixture.scheduler()
    #expect(fixture.take() == expected)
    #expect(try await fixture.state(id).missed == 360 - expected.count)
    let event = try #require(try await fixture.events("schedule.missed").first)
    #expect(event.data["slots"] == 360 && event.data["not_run"] == .int(Int64(360 - expected.count)))
    await fixture.pass(.seconds(5), scheduler)
    #expect(fixture.stored.count == (policy == .skip ? 1 : 0))
    await scheduler.stop()
  }

  @Test func severalHostsFireASlotOnce() async throws {
    let fixture = try await SchedulerFixture()
    for number in 0..<20 { try await fixture.add(everyTen, name: "s\(number)") { $0.overlap = .allow } }
    let first = try await fixture.scheduler()
    let second = try await fixture.scheduler()
    for round in 1...5 {
      await fixture.pass(.seconds(10), first, second)
      #expect(fixture.take().sorted() == Array(repeating: round * 10, count: 20))
    }
    await first.stop()
    await second.stop()
  }

  @Test func overlapSkips() async throws {
    let fixture = try await SchedulerFixture()
    let id = try await fixture.add(everyTen)
    let scheduler = try await fixture.scheduler()
    await fixture.pass(.seconds(10), scheduler)
    let run = try #require(fixture.stored.first)
    await fixture.pass(.seconds(10), scheduler)
    await fixture.pass(.seconds(10), scheduler)
    #expect(fixture.take() == [10])
    #expect(try await fixture.state(id).skipped == 2)
    try await fixture.end(run, scheduler)
    await fixture.pass(.seconds(10), scheduler)
    #expect(fixture.take() == [40])
    await scheduler.stop()
  }

  /// Late by no commit: at its moment its run has been in the store for a while, and waits for nothing but the moment.
  @Test func aSlotIsStoredAheadAndStartsAtItsMoment() async throws {
    let fixture = try await SchedulerFixture()
    let id = try await fixture.add(everyTen) { $0.overlap = .allow }
    let scheduler = try await fixture.scheduler()
    await fixture.pass(.milliseconds(9600), scheduler)
    #expect(try await fixture.state(id).fired == 0)
    await fixture.pass(.milliseconds(200), scheduler)
    #expect(try await fixture.state(id).fired == 1)
    #expect(fixture.take() == [])
    let stored = try #require(try await fixture.store.runs.queued(limit: 9).first?.run)
    let moment = SchedulerFixture.start + .seconds(10)
    #expect(stored.queuedAt == moment && stored.notBefore == moment && stored.cause.slot == moment)
    #expect(try await fixture.store.runs.queued(limit: 9, after: nil, dueBy: fixture.clock.now).isEmpty)
    await fixture.pass(.milliseconds(199), scheduler)
    #expect(fixture.take() == [])
    await fixture.pass(.milliseconds(1), scheduler)
    #expect(fixture.stored == [stored])
    await scheduler.stop()
  }

  @Test func whatMayStillBeDecidedOtherwiseIsNotStoredAhead() async throws {
    let fixture = try await SchedulerFixture()
    let id = try await fixture.add(everyTen) { $0.overlap = .skip }
    let scheduler = try await fixture.scheduler()
    await fixture.pass(.seconds(10), scheduler)
    let run = try #require(fixture.stored.first)
    #expect(fixture.take() == [10])
    await fixture.pass(.milliseconds(9600), scheduler)
    await fixture.pass(.milliseconds(300), scheduler)
    #expect(try await fixture.state(id).skipped == 0)
    // It ends in time.
    try await fixture.end(run, scheduler)
    await fixture.pass(.milliseconds(100), scheduler)
    #expect(fixture.take() == [20])
    await fixture.pass(.milliseconds(9600), scheduler)
    await fixture.pass(.milliseconds(400), scheduler)
    // And this one does not.
    #expect(fixture.take() == [])
    #expect(try await fixture.state(id).skipped == 1)
    await scheduler.stop()
  }

  @Test func aHostThatDiesAfterTheSlotWasStoredAheadLosesNothing() async throws {
    let fixture = try await SchedulerFixture()
    let id = try await fixture.add(everyTen) { $0.overlap = .allow }
    let scheduler = try await fixture.scheduler()
    await fixture.pass(.milliseconds(9600), scheduler)
    await fixture.pass(.milliseconds(200), scheduler)
    await scheduler.stop()
    fixture.clock.advance(by: .milliseconds(100))
    let next = try await fixture.scheduler()
    await fixture.pass(.milliseconds(100), next)
    // The run is there for whoever looks for what is owed, and nobody makes another one.
    #expect(try await fixture.state(id).fired == 1)
    let owed = try await fixture.store.runs.queued(limit: 9, after: nil, dueBy: fixture.clock.now)
    #expect(owed.map(\.run.cause.slot) == [SchedulerFixture.start + .seconds(10)])
    await fixture.pass(.seconds(10), next)
    #expect(fixture.take() == [20])
    await next.stop()
  }

  @Test func overlapQueuesOne() async throws {
    let fixture = try await SchedulerFixture()
    let id = try await fixture.add(everyTen) { $0.overlap = .queue }
    let scheduler = try await fixture.scheduler()
    await fixture.pass(.seconds(10), scheduler)
    let run = try #require(fixture.stored.first)
    await fixture.pass(.seconds(10), scheduler)
    await fixture.pass(.seconds(10), scheduler)
    #expect(fixture.take() == [10])
    #expect(try await fixture.state(id).waiting == SchedulerFixture.start + .seconds(20))
    try await fixture.end(run, scheduler)
    #expect(fixture.take() == [20])
    let state = try await fixture.state(id)
    #expect(state.waiting == nil && state.fired == 2 && state.skipped == 1)
    await scheduler.stop()
  }

  /// The next slot is near, and the one that waits does not wait for it too.
  @Test func aSlotThatWaitsIsRunAsSoonAsItMay() async throws {
    let fixture = try await SchedulerFixture()
    try await fixture.add(ScheduleRule(.every(.seconds(1), align: .epoch))) { $0.overlap = .queue }
    let scheduler = try await fixture.scheduler()
    await fixture.pass(.seconds(1), scheduler)
    let run = try #require(fixture.stored.first)
    await fixture.pass(.seconds(1), scheduler)
    await fixture.pass(.milliseconds(700), scheduler)
    #expect(fixture.take() == [1])
    try await fixture.end(run, scheduler)
    let next = try #require(fixture.stored.first)
    #expect(fixture.take() == [2])
    await fixture.pass(.milliseconds(300), scheduler)
    try await fixture.end(next, scheduler)
    #expect(fixture.take() == [3])
    await scheduler.stop()
  }

  @Test func aSlotThatWaitsOutlivesTheServer() async throws {
    let fixture = try await SchedulerFixture()
    try await fixture.add(everyTen) { $0.overlap = .queue }
    let first = try await fixture.scheduler()
    await fixture.pass(.seconds(10), first)
    let run = try #require(fixture.stored.first)
    await fixture.pass(.seconds(10), first)
    await first.stop()
    #expect(fixture.take() == [10])
    _ = try await fixture.store.runs.finish(
      run.id, RunEnd(status: .lost, endedAt: fixture.clock.now), bodies: nil, logs: [])
    let second = try await fixture.scheduler()
    #expect(fixture.take() == [20])
    await second.stop()
  }

  @Test func overlapMayBeAllowedOrCancelTheEarlierRun() async throws {
    let fixture = try await SchedulerFixture()
    try await fixture.add(everyTen, name: "a") { $0.overlap = .allow }
    let id = try await fixture.add(ScheduleRule(.every(.seconds(20), align: .epoch)), name: "b") {
      $0.overlap = .cancelRunning
    }
    let scheduler = try await fixture.scheduler()
    for _ in 0..<4 { await fixture.pass(.seconds(10), scheduler) }
    let own = fixture.stored.filter { $0.cause.schedule == id }
    #expect(own.count == 2)
    #expect(fixture.cancelled == [own[0].id])
    #expect(fixture.take().sorted() == [10, 20, 20, 30, 40, 40])
    await scheduler.stop()
  }

  @Test func nothingFiresWhileTheScheduleOrItsHookIsDisabled() async throws {
    let fixture = try await SchedulerFixture()
    let id = try await fixture.add(everyTen) {
      $0.overlap = .allow
      $0.missed = .all(atMost: 100)
    }
    let scheduler = try await fixture.scheduler()
    for isHook in [true, false] {
      func set(_ isEnabled: Bool) async throws {
        if isHook {
          try await fixture.base.disable(fixture.hook, !isEnabled)
        } else {
          _ = try await fixture.store.schedules.update(
            id, definition: nil, isEnabled: isEnabled, expected: nil, by: "test", at: fixture.clock.now)
        }
        await scheduler.readChanges()
        await scheduler.settle()
      }
      try await set(false)
      await fixture.pass(.seconds(95), scheduler)
      #expect(fixture.take() == [])
      try await set(true)
      // What came meanwhile was not wanted.
      #expect(fixture.take() == [])
      await fixture.pass(.seconds(5), scheduler)
      #expect(fixture.take().count == 1)
    }
    await scheduler.stop()
  }

  @Test func aClockThatIsSetBackFiresNoSlotTwice() async throws {
    let fixture = try await SchedulerFixture()
    let id = try await fixture.add(ScheduleRule(.every(.seconds(600), align: .epoch))) { $0.overlap = .allow }
    let scheduler = try await fixture.scheduler()
    for _ in 0..<6 { await fixture.pass(.seconds(600), scheduler) }
    #expect(fixture.take() == [600, 1200, 1800, 2400, 3000, 3600])
    // The machine goes on, its clock goes back half an hour: three slots come again.
    fixture.clock.advance(by: .seconds(-1800))
    scheduler.watch()
    await scheduler.settle()
    for _ in 0..<4 { await fixture.pass(.seconds(600), scheduler) }
    #expect(fixture.take() == [4200])
    #expect(try await fixture.state(id).fired == 7)
    let events = try await fixture.store.events.list(EventFilter(instance: nil, after: 0), limit: 100)
    #expect(events.filter { $0.kind == "host.clock_set" }.map { $0.data["milliseconds"] } == [-1_800_000])
    await scheduler.stop()
  }

  @Test func aClockThatWasYearsAheadSilencesNothing() async throws {
    let fixture = try await SchedulerFixture()
    fixture.clock.advance(by: .seconds(4 * 365 * 86_400))
    try await fixture.add(everyTen) { $0.overlap = .allow }
    let first = try await fixture.scheduler()
    await fixture.pass(.seconds(10), first)
    #expect(fixture.take().count == 1)
    await first.stop()
    fixture.clock.advance(by: .seconds(-4 * 365 * 86_400))
    let second = try await fixture.scheduler()
    await fixture.pass(.seconds(10), second)
    #expect(fixture.take().count == 1)
    await second.stop()
  }

  @Test func sleepIsNoticedAndMissedSlotsFollowTheirRule() async throws {
    let fixture = try await SchedulerFixture()
    try await fixture.add(everyTen)
    let scheduler = try await fixture.scheduler()
    fixture.machine.sleep(.seconds(7200))
    fixture.clock.advance(by: .seconds(7209))
    fixture.machine.pass(.seconds(9))
    scheduler.watch()
    await scheduler.settle()
    await fixture.pass(.zero, scheduler)
    #expect(fixture.take() == [7200])
    let events = try await fixture.store.events.list(EventFilter(instance: nil, after: 0), limit: 100)
    #expect(events.filter { $0.kind == "host.slept" }.map { $0.data["milliseconds"] } == [7_200_000])
    await scheduler.stop()
  }

  @Test func aStoreThatRefusesLosesNoSlotAndIsReportedAsSilence() async throws {
    let fixture = try await SchedulerFixture()
    let id = try await fixture.add(everyTen) {
      $0.overlap = .allow
      $0.missed = .all(atMost: 100)
      $0.tolerance = .seconds(30)
    }
    let store = RefusingStore(fixture.store)
    let scheduler = try await fixture.scheduler(over: store)
    store.refuses = true
    await fixture.pass(.seconds(10), scheduler)
    await fixture.pass(.seconds(31), scheduler)
    #expect(fixture.take() == [])
    #expect(store.refusals > 0)
    scheduler.watch()
    await scheduler.settle()
    #expect(scheduler.silentCount == 1)
    #expect(try await fixture.state(id).silentSince == SchedulerFixture.start + .seconds(10))
    #expect(try await fixture.events("schedule.silent").map(\.subject) == [id.text])
    store.refuses = false
    // It tries again by itself.
    while fixture.stored.count < 4 { await Task.yield() }
    await scheduler.settle()
    #expect(fixture.take() == [10, 20, 30, 40])
    scheduler.watch()
    await scheduler.settle()
    #expect(scheduler.silentCount == 0)
    #expect(try await fixture.state(id).silentSince == nil)
    #expect(try await fixture.events("schedule.resumed").count == 1)
    await scheduler.stop()
  }

  /// Whatever a scheduler has forgotten, it fires after the watch has found it silent.
  @Test func whatIsSilentIsLookedAtAgain() async throws {
    let fixture = try await SchedulerFixture()
    try await fixture.add(everyTen) {
      $0.overlap = .allow
      $0.missed = .all(atMost: 100)
    }
    let store = RefusingStore(fixture.store)
    store.hidesUpcoming = true
    let scheduler = try await fixture.scheduler(over: store)
    await fixture.pass(.seconds(25), scheduler)
    #expect(fixture.take() == [] && scheduler.count == 0, "it knows of none")
    scheduler.watch()
    await scheduler.settle()
    #expect(scheduler.silentCount == 1)
    #expect(fixture.take() == [10, 20])
    await fixture.pass(.seconds(5), scheduler)
    #expect(fixture.take() == [30])
    scheduler.watch()
    await scheduler.settle()
    #expect(scheduler.silentCount == 0)
    await scheduler.stop()
  }

  /// Claims are made ready a second ahead: what is changed before they are written counts nevertheless.
  @Test func whatChangesJustBeforeASlotCounts() async throws {
    let fixture = try await SchedulerFixture()
    let gone = try await fixture.add(everyTen, name: "gone") { $0.overlap = .allow }
    let later = try await fixture.add(everyTen, name: "later") { $0.overlap = .allow }
    try await fixture.add(everyTen, name: "same") { $0.overlap = .allow }
    let scheduler = try await fixture.scheduler()
    await fixture.pass(.milliseconds(9700), scheduler)
    #expect(fixture.take() == [] && scheduler.count == 3)
    _ = try await fixture.store.schedules.remove(gone, by: "test", at: fixture.clock.now)
    let hourly = ScheduleDefinition(rule: ScheduleRule(.every(.seconds(3600), align: .epoch)), overlap: .allow)
    _ = try await fixture.store.schedules.update(
      later, definition: hourly, isEnabled: nil, expected: nil, by: "test", at: fixture.clock.now)
    let hook = try await fixture.base.deploy("report", bundle: "b")
    await fixture.pass(.milliseconds(300), scheduler)
    await fixture.pass(.zero, scheduler)
    #expect(fixture.stored.map(\.bundleHash) == [hook.version.bundle.hash])
    #expect(fixture.stored.map(\.queuedAt) == [fixture.clock.now])
    #expect(fixture.take() == [10])
    try await fixture.base.disable(fixture.hook, true)
    await fixture.pass(.seconds(10), scheduler)
    #expect(fixture.take() == [])
    await scheduler.stop()
  }

  /// A server that stops at any time and comes back at any time, perhaps with another beside it.
  @Test(arguments: 0..<8) func everySlotHasOneRunWhateverHappens(seed: Int) async throws {
    var generator = SplitMix64(seed: UInt64(seed))
    let fixture = try await SchedulerFixture()
    var ids: [ID<Schedule>] = []
    for (number, seconds) in [5, 7, 30].enumerated() {
      ids.append(
        try await fixture.add(ScheduleRule(.every(.seconds(seconds), align: .epoch)), name: "s\(number)") {
          $0.overlap = .allow
          $0.missed = .all(atMost: 1000)
        })
    }
    for _ in 0..<12 {
      let schedulers = [try await fixture.scheduler(), try await fixture.scheduler()]
      for _ in 0..<Int.random(in: 0...4, using: &generator) {
        // A little one comes to where slots are stored ahead.
        let most: Int64 = Bool.random(using: &generator) ? 40_000 : 400
        await fixture.pass(.milliseconds(Int64.random(in: 0...most, using: &generator)), schedulers[0], schedulers[1])
      }
      for scheduler in schedulers { await scheduler.stop() }
      fixture.clock.advance(by: .milliseconds(Int64.random(in: 0...90_000, using: &generator)))
    }
    let last = try await fixture.scheduler()
    let passed = (fixture.clock.now - SchedulerFixture.start).wholeMilliseconds
    for (id, seconds) in zip(ids, [5, 7, 30]) {
      // From the store: a host that has stored a slot ahead may be gone before it could start its run.
      let runs = try await fixture.runs(of: id)
      let slots = runs.filter { $0.notBefore.map { $0 <= fixture.clock.now } ?? true }.compactMap(\.cause.slot).sorted()
      let first = (SchedulerFixture.start.microseconds / 1_000_000 / Int64(seconds) + 1) * Int64(seconds)
      let count = (SchedulerFixture.start.microseconds / 1000 + passed - first * 1000) / Int64(seconds) / 1000 + 1
      #expect(slots == (0..<count).map { Timestamp(microseconds: (first + $0 * Int64(seconds)) * 1_000_000) })
    }
    await last.stop()
  }
}
