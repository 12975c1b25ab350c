import Logging
import Model
import Schedules
import Store

extension Scheduler {
  /// How long a schedule whose slots cannot be reckoned, because its time zone is gone, is left alone.
  private nonisolated static let reckoningDelay = Duration.seconds(60)

  /// Decides about the slots of schedules that are due now, or of which a run has ended, and writes it.
  nonisolated func claim(_ ids: [ID<Schedule>]) async throws -> [SlotLook] {
    let now = clock.now
    var looks: [SlotLook] = []
    var claims: [SlotClaim] = []
    var dues: [ID<Schedule>: [Timestamp: Timestamp]] = [:]
    for claimable in try await store.schedules.claimable(ids) {
      let schedule = claimable.schedule
      do {
        let plan = try plan(for: claimable, now: now)
        guard plan.isNews(to: schedule) else {
          looks.append(SlotLook(schedule: schedule.id, due: plan.due))
          continue
        }
        dues[schedule.id] = Dictionary(
          plan.slots.map { ($0.slot.moment, $0.slot.due) }, uniquingKeysWith: { first, _ in first })
        claims.append(await self.claim(plan, of: claimable, at: now))
      } catch {
        logger.error(
          "the slots of a schedule cannot be reckoned",
          metadata: [
            "hook": "\(schedule.hookName)", "schedule": "\(schedule.name)", "error": "\(error)",
          ])
        looks.append(SlotLook(schedule: schedule.id, due: now + Self.reckoningDelay))
      }
    }
    guard !claims.isEmpty else { return looks }
    let results = try await store.schedules.claim(claims, at: now)
    let written = clock.now
    for (claim, result) in zip(claims, results) {
      guard case .written(let outcomes, let cancels, _) = result else {
        // Somebody was faster, or has changed it.
        looks.append(SlotLook(schedule: claim.schedule, due: now))
        continue
      }
      meters.count(missed: claim.missed)
      var look = SlotLook(schedule: claim.schedule, due: claim.due, cancels: cancels)
      for (slot, outcome) in zip(claim.slots, outcomes) {
        let due = dues[claim.schedule]?[slot.moment] ?? slot.moment
        meters.count(outcome, late: written - due)
        if case .stored(let run) = outcome, !run.status.isFinal { look.runs.append(run) }
      }
      looks.append(look)
    }
    return looks
  }

  private nonisolated func plan(for claimable: ClaimableSchedule, now: Timestamp) throws(Problem) -> SlotPlan {
    let schedule = claimable.schedule
    let timetable = try Timetable(
      schedule.definition.rule, name: schedule.spreadName(instance: claimable.instanceName),
      created: schedule.createdAt, zones: zones)
    return SlotPlan(
      timetable, decidedThrough: schedule.state.decidedThrough, now: now, missed: schedule.definition.missed,
      tolerance: schedule.definition.tolerance)
  }

  private nonisolated func claim(
    _ plan: SlotPlan, of claimable: ClaimableSchedule, at now: Timestamp
  ) async -> SlotClaim {
    let schedule = claimable.schedule
    var claim = SlotClaim(
      schedule: schedule.id, revision: schedule.revision, decidedThrough: plan.decidedThrough, due: plan.due,
      missed: Int64(plan.dropped), overlap: schedule.definition.overlap, mostQueued: configuration.mostQueued)
    if let moment = schedule.state.waiting {
      claim.takesWaiting = true
      claim.slots.append(await slot(moment, of: claimable, at: now))
    }
    let runsAll = if case .all = schedule.definition.missed { true } else { false }
    for each in plan.slots {
      claim.slots.append(
        await slot(each.slot.moment, of: claimable, at: now, ignoresOverlap: each.isMissed && runsAll))
    }
    if let moments = plan.missedMoments {
      claim.events.append(
        Event(
          instance: schedule.instance, time: now, kind: "schedule.missed", subject: schedule.id.text, actor: "host",
          data: [
            "hook": .string(schedule.hookName), "name": .string(schedule.name), "slots": .int(Int64(plan.missed)),
            "not_run": .int(Int64(plan.dropped)), "first": .string(moments.lowerBound.rfc3339),
            "last": .string(moments.upperBound.rfc3339),
          ]))
    }
    return claim
  }

  private nonisolated func slot(
    _ moment: Timestamp, of claimable: ClaimableSchedule, at now: Timestamp, ignoresOverlap: Bool = false
  ) async -> SlotClaim.Slot {
    let (run, bodies) = await makeRun(claimable, moment, now)
    return SlotClaim.Slot(moment: moment, run: run, bodies: bodies, ignoresOverlap: ignoresOverlap)
  }
}

extension SlotPlan {
  /// Whether the store does not know yet what the plan says.
  fileprivate func isNews(to schedule: Schedule) -> Bool {
    !slots.isEmpty || missed > 0 || schedule.state.waiting != nil || due != schedule.state.due
      || decidedThrough != schedule.state.decidedThrough
  }
}
