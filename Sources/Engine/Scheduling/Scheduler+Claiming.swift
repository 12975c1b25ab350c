import Logging
import Model
import Schedules
import Store

extension Scheduler {
  /// How long a schedule whose slots cannot be reckoned, because its time zone is gone, is left alone.
  private nonisolated static let reckoningDelay = Duration.seconds(60)

  /// Decides about slots of schedules that are due by now, or will be within the lead, or of which a run has ended.
  ///
  /// - Parameter released: those of which a run has ended: what waits for that waits for nothing else.
  nonisolated func look(at ids: [ID<Schedule>], released: Set<ID<Schedule>>) async throws -> [SlotLook] {
    let now = clock.now
    var looks: [SlotLook] = []
    looks.reserveCapacity(ids.count)
    for claimable in try await store.schedules.claimable(ids) {
      let schedule = claimable.schedule
      // What is due soon is decided about as it will be then.
      let due = schedule.state.due ?? now
      let isAhead = due > now && due <= now + configuration.lead && !released.contains(schedule.id)
      let moment = isAhead ? due : now
      do {
        let plan = try plan(for: claimable, now: moment)
        looks.append(
          plan.isNews(to: schedule)
            ? .claim(await claim(plan, of: claimable, at: moment)) : .again(schedule.id, due: plan.due))
      } catch {
        logger.error(
          "the slots of a schedule cannot be reckoned",
          metadata: [
            "hook": "\(schedule.hookName)", "schedule": "\(schedule.name)", "error": "\(error)",
          ])
        looks.append(.again(schedule.id, due: now + Self.reckoningDelay))
      }
    }
    return looks
  }

  /// Writes what was decided.
  nonisolated func write(_ prepared: [PreparedClaim]) async throws -> [SlotSettlement] {
    let now = clock.now
    var prepared = prepared
    for index in prepared.indices { prepared[index].stamp(now) }
    let results = try await store.schedules.claim(prepared.map(\.claim), at: now)
    let written = clock.now
    return zip(prepared, results).map { prepared, result in
      let claim = prepared.claim
      guard case .written(let outcomes, let cancels, _) = result else {
        if case .tooEarly = result {
          return SlotSettlement(schedule: claim.schedule, due: nil, postponed: prepared.toBeInTime)
        }
        // Somebody was faster, or has changed it.
        return SlotSettlement(schedule: claim.schedule, due: now)
      }
      meters.count(missed: claim.missed)
      var settlement = SlotSettlement(schedule: claim.schedule, due: claim.due, cancels: cancels)
      for (slot, outcome) in zip(claim.slots, outcomes) {
        meters.count(outcome, late: written - prepared.due(slot))
        if case .stored(let run) = outcome, !run.status.isFinal { settlement.runs.append(run) }
      }
      return settlement
    }
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
  ) async -> PreparedClaim {
    let schedule = claimable.schedule
    let hook = claimable.hook
    var claim = SlotClaim(
      schedule: schedule.id, revision: schedule.revision,
      version: SlotClaim.Version(hook: hook.id, number: hook.version.number), decidedThrough: plan.decidedThrough,
      due: plan.due, missed: Int64(plan.dropped), overlap: schedule.definition.overlap,
      mostQueued: configuration.mostQueued)
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
    let isAhead = clock.now < now && claim.events.isEmpty && !claim.takesWaiting && claim.missed == 0
    let firstTimely = plan.slots.first { !$0.isMissed }?.slot.due
    return PreparedClaim(
      claim: claim, due: now, dues: plan.slots.map(\.slot.due),
      mayBeAhead: isAhead && claim.slots.allSatisfy { $0.run.status == .queued },
      limit: firstTimely.map { $0 + schedule.definition.tolerance })
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
