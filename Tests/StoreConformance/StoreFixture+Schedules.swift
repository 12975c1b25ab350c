import Model
import Store

extension StoreFixture {
  static func everyMinute(
    overlap: OverlapPolicy = .skip, tolerance: Duration = .seconds(10), payload: JSONValue? = nil
  ) -> ScheduleDefinition {
    ScheduleDefinition(
      rule: ScheduleRule(.every(.seconds(60), align: .epoch)), payload: payload, overlap: overlap, tolerance: tolerance)
  }

  /// A schedule that is not stored yet.
  func newSchedule(
    _ name: String = "tick", of hook: Hook, _ definition: ScheduleDefinition = StoreFixture.everyMinute(),
    at seconds: Int = 0
  ) -> Schedule {
    Schedule(
      id: ID(at: time(seconds)), instance: hook.instance, hook: hook.id, hookName: hook.name, name: name,
      definition: definition, createdAt: time(seconds), updatedAt: time(seconds),
      state: ScheduleState(decidedThrough: time(seconds), due: time(seconds)))
  }

  func schedule(
    _ name: String = "tick", of hook: Hook, _ definition: ScheduleDefinition = StoreFixture.everyMinute(),
    at seconds: Int = 0
  ) async throws -> Schedule {
    try await store.schedules.add(
      newSchedule(name, of: hook, definition, at: seconds), most: 100, by: "key:1", at: time(seconds))
  }

  /// The schedule as it is now.
  func reread(_ schedule: Schedule) async throws -> Schedule {
    try require(try await store.schedules.find(schedule.id), "the schedule is there")
  }

  func slot(
    _ seconds: Int, of schedule: Schedule, _ hook: Hook, status: RunStatus = .queued, ignoresOverlap: Bool = false
  ) -> SlotClaim.Slot {
    var run = run(seconds, hook: hook, status: status)
    run.cause = RunCause(kind: .schedule, schedule: schedule.id, slot: time(seconds))
    if status.isFinal { run.endedAt = run.queuedAt }
    return SlotClaim.Slot(
      moment: time(seconds), run: run, bodies: RunBodies(payload: ["slot": .int(Int64(seconds))]),
      ignoresOverlap: ignoresOverlap)
  }

  /// A claim of the slots at these seconds, all of which are decided by it.
  func claim(_ schedule: Schedule, _ hook: Hook, _ seconds: Int...) -> SlotClaim {
    let last = seconds.last ?? 0
    return SlotClaim(
      schedule: schedule.id, revision: schedule.revision, decidedThrough: time(last), due: time(last + 60),
      slots: seconds.map { slot($0, of: schedule, hook) }, overlap: schedule.definition.overlap)
  }

  /// What has become of the slots of a claim that is written.
  ///
  /// - Throws: `ConformanceFailure` if it is stale.
  func written(
    _ claim: SlotClaim, at seconds: Int = 0
  ) async throws -> (outcomes: [SlotClaimResult.Outcome], cancels: [ID<Run>], revision: Int64) {
    let results = try await store.schedules.claim([claim], at: time(seconds))
    guard results.count == 1, case .written(let outcomes, let cancels, let revision) = results[0] else {
      throw ConformanceFailure(message: "found \(results), expected one that is written", file: #fileID, line: #line)
    }
    return (outcomes, cancels, revision)
  }

  /// Claims one slot, and returns its run.
  func fire(_ schedule: Schedule, _ hook: Hook, _ seconds: Int) async throws -> Run {
    let outcomes = try await written(claim(try await reread(schedule), hook, seconds), at: seconds).outcomes
    return try require(outcomes.first?.run, "the slot has a run: \(outcomes)")
  }

  func end(_ run: Run, _ status: RunStatus = .succeeded, at seconds: Int, _ aftermath: RunAftermath? = nil) async throws
    -> RunSettlement
  {
    try require(
      try await store.runs.finish(
        run.id, RunEnd(status: status, endedAt: time(seconds)), bodies: nil, logs: [], aftermath: aftermath),
      "it has not ended before")
  }

  func scheduleEvents(_ kind: String = "schedule") async throws -> [Event] {
    try await store.events.list(EventFilter(instance: instance.id, kind: kind), limit: 100)
  }

  func runs(of schedule: Schedule) async throws -> [Run] {
    try await store.runs.list(
      RunFilter(instance: schedule.instance, schedule: schedule.id), cursor: nil, limit: 1000
    ).items
  }
}

extension SlotClaimResult.Outcome {
  var run: Run? { if case .stored(let run) = self { run } else { nil } }

  var word: String {
    switch self {
    case .stored: "stored"
    case .skipped: "skipped"
    case .waiting: "waiting"
    case .refused: "refused"
    case .taken: "taken"
    }
  }
}
