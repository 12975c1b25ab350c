import Model
import Store

/// Claims slots of a few schedules as several servers would, each in the way of the others.
struct SlotClaimer {
  private static let schedules = 20

  let store: any Store
  let clock: any WallClock
  /// Told of each slot that the store says is stored.
  let acknowledge: @Sendable (_ text: String) -> Void

  /// Makes the schedules if they are not there, and claims about `count` slots, one a second of their time.
  func claim(of instance: Instance, writers: Int, count: Int) async throws {
    let hook = try await store.hooks.deploy(
      instance: instance.id, name: "tick",
      bundle: Bundle(hash: String(repeating: "a", count: 64), size: 1, fileCount: 1),
      definition: HookDefinition(runtime: "executable", entry: "main"), origin: "folder", at: clock.now
    ).hook
    let ids = try await makeSchedules(of: hook)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<writers {
        group.addTask {
          for _ in 0..<(count / writers) { try await claim(Array(ids.shuffled().prefix(3))) }
        }
      }
      try await group.waitForAll()
    }
  }

  private func makeSchedules(of hook: Hook) async throws -> [ID<Schedule>] {
    var ids: [ID<Schedule>] = []
    for number in 0..<Self.schedules {
      if let known = try await store.schedules.find(hook: hook.id, name: "s\(number)") {
        ids.append(known.id)
        continue
      }
      let now = clock.now
      let schedule = Schedule(
        id: ID(at: now), instance: hook.instance, hook: hook.id, hookName: hook.name, name: "s\(number)",
        definition: ScheduleDefinition(rule: ScheduleRule(.every(.seconds(1), align: .creation)), overlap: .allow),
        createdAt: now, updatedAt: now, state: ScheduleState(decidedThrough: now, due: now))
      ids.append(try await store.schedules.add(schedule, most: Self.schedules, by: "host", at: now).id)
    }
    return ids
  }

  private func claim(_ ids: [ID<Schedule>]) async throws {
    let now = clock.now
    let claims = try await store.schedules.claimable(ids).map { claimable in
      let schedule = claimable.schedule
      let moments = (1...2).map { schedule.state.decidedThrough + .seconds($0) }
      return SlotClaim(
        schedule: schedule.id, revision: schedule.revision, decidedThrough: moments[1], due: moments[1] + .seconds(1),
        slots: moments.map { slot($0, of: claimable, at: now) }, overlap: .allow, mostQueued: 1_000_000)
    }
    for (claim, result) in zip(claims, try await store.schedules.claim(claims, at: now)) {
      guard case .written(let outcomes, _, _) = result else { continue }
      for (slot, outcome) in zip(claim.slots, outcomes) {
        if case .stored = outcome { acknowledge("\(claim.schedule) \(slot.moment.microseconds)") }
      }
    }
  }

  private func slot(_ moment: Timestamp, of claimable: ClaimableSchedule, at now: Timestamp) -> SlotClaim.Slot {
    let hook = claimable.hook
    let run = Run(
      id: ID(at: now), instance: hook.instance, hook: hook.id, hookName: hook.name,
      bundleHash: hook.version.bundle.hash, definition: hook.version.definition,
      cause: RunCause(kind: .schedule, schedule: claimable.schedule.id, slot: moment), isAsynchronous: true,
      queuedAt: now)
    return SlotClaim.Slot(moment: moment, run: run, bodies: RunBodies(payload: ["slot": .string(moment.rfc3339)]))
  }
}
