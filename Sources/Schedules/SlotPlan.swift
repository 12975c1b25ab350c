public import Model

/// Which slots of a schedule are to have a run now, and which were missed: the rule for what is late.
///
/// A slot is *missed* when it is later than the schedule's tolerance. All others that are due are run, one by one, in
/// their order. Of those that were missed the schedule's policy says what becomes of them.
public struct SlotPlan: Hashable, Sendable {
  /// Slots that one plan gives a run at most; what is left is due at once.
  public static let mostSlots = 200
  /// Missed slots that are looked at, and so counted.
  public static let mostMissed = 10_000

  public struct Slot: Hashable, Sendable {
    public let slot: ScheduleSlot
    /// Whether it was missed, and is run because the policy says so.
    public let isMissed: Bool
  }

  /// In their order.
  public let slots: [Slot]
  /// How many were missed, those that are run nevertheless included: at most `mostMissed`.
  public let missed: Int
  /// The first and the last of those that were missed, as far as they were looked at.
  public let missedMoments: ClosedRange<Timestamp>?
  /// All slots up to this moment are decided by the plan.
  public let decidedThrough: Timestamp
  /// When the next slot is due, which is not in the plan; `nil` if there is none.
  public let due: Timestamp?

  /// How many of the missed ones are to have no run.
  public var dropped: Int { missed - slots.count { $0.isMissed } }

  /// - Parameters:
  ///   - timetable: of the schedule.
  ///   - decided: slots at this moment and before it are left alone.
  public init(
    _ timetable: Timetable, decidedThrough decided: Timestamp, now: Timestamp, missed policy: MissedPolicy,
    tolerance: Duration
  ) {
    // The last slot that is due. Each slot is due before the next one's moment, so of those whose moment has come only
    // the last may not be due yet.
    var last = timetable.previous(before: now + .microseconds(1))
    if let slot = last, slot.due > now { last = timetable.previous(before: slot.moment) }
    guard let last, last.moment > decided else {
      slots = []
      missed = 0
      missedMoments = nil
      decidedThrough = decided
      due = timetable.next(after: decided)?.due
      return
    }
    let limit = now + (.zero - tolerance)
    // Slots that are late, the latest first.
    var late: [ScheduleSlot] = []
    var onTime: [ScheduleSlot] = []
    var slot: ScheduleSlot? = last.due >= limit ? timetable.firstDue(from: limit, after: decided) : nil
    let lateBefore = slot?.moment ?? last.moment + .microseconds(1)
    while let each = slot, each.due <= now, onTime.count < Self.mostSlots {
      onTime.append(each)
      slot = timetable.next(after: each.moment)
    }
    slot = timetable.previous(before: lateBefore)
    while let each = slot, each.moment > decided, late.count < Self.mostMissed {
      late.append(each)
      slot = timetable.previous(before: each.moment)
    }
    let count =
      switch policy {
      case .skip: 0
      // One that is on time does what the policy asks for.
      case .once: onTime.isEmpty ? 1 : 0
      case .all(let count): count
      }
    let caughtUp = late.prefix(count).reversed()
    slots = caughtUp.map { Slot(slot: $0, isMissed: true) } + onTime.map { Slot(slot: $0, isMissed: false) }
    missed = late.count
    missedMoments = late.first.flatMap { newest in late.last.map { $0.moment...newest.moment } }
    let through = onTime.last?.moment ?? last.moment
    decidedThrough = through
    due = timetable.next(after: through)?.due
  }
}

extension Timetable {
  /// The first slot after `moment` that is due at `limit` or later.
  fileprivate func firstDue(from limit: Timestamp, after moment: Timestamp) -> ScheduleSlot? {
    // With jitter a slot may be due after `limit` whose own moment is before it: the one before the first after it.
    let before = previous(before: limit)
    if let before, before.due >= limit, before.moment > moment { return before }
    return next(after: max(moment, limit + .microseconds(-1)))
  }
}
