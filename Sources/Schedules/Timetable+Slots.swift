public import Model

extension Timetable {
  /// The first slot whose moment is after `moment`; `nil` if there is none before the schedule's end or the year 10,000.
  public func next(after moment: Timestamp) -> ScheduleSlot? {
    nextMoment(after: Int(moment.microseconds)).map(slot)
  }

  /// The last slot whose moment is before `moment`; `nil` if there is none since the schedule's start or the year 1.
  public func previous(before moment: Timestamp) -> ScheduleSlot? {
    previousMoment(before: Int(moment.microseconds)).map(slot)
  }

  /// The first slots after a moment, at most `count`, in their order.
  public func next(_ count: Int, after moment: Timestamp) -> [ScheduleSlot] {
    var slots: [ScheduleSlot] = []
    var last = moment
    while slots.count < count, let slot = next(after: last) {
      slots.append(slot)
      last = slot.moment
    }
    return slots
  }

  /// The last slots before a moment, at most `count`, the latest first.
  public func previous(_ count: Int, before moment: Timestamp) -> [ScheduleSlot] {
    var slots: [ScheduleSlot] = []
    var last = moment
    while slots.count < count, let slot = previous(before: last) {
      slots.append(slot)
      last = slot.moment
    }
    return slots
  }

  private func slot(_ moment: Int) -> ScheduleSlot {
    let timestamp = Timestamp(microseconds: Int64(moment))
    guard let jitter = rule.jitter else { return ScheduleSlot(moment: timestamp, due: timestamp) }
    let room = nextMoment(after: moment).map { $0 - moment } ?? .max
    var hash = StableHash(name)
    hash.add(moment)
    let delay = hash.number(below: min(Int(jitter.wholeMicroseconds), room))
    return ScheduleSlot(moment: timestamp, due: Timestamp(microseconds: Int64(moment + delay)))
  }

  /// In microseconds.
  private func nextMoment(after moment: Int) -> Int? {
    var moment = max(moment, Int(Self.range.lowerBound.microseconds) - 1)
    if let start = rule.start { moment = max(moment, Int(start.microseconds) - 1) }
    let last = Int((rule.end.map { min($0, Self.range.upperBound) } ?? Self.range.upperBound).microseconds)
    guard moment < last else { return nil }
    let next: Int?
    switch plan {
    case .every(let interval, let anchor, let after):
      moment = max(moment, after ?? moment)
      next = anchor + ((moment - anchor).floored(by: interval) + 1) * interval
    case .cron(let expression):
      next = nextSecond(of: expression, after: moment.floored(by: 1_000_000)).map { $0 * 1_000_000 }
    case .at(let slot): next = slot.microseconds > moment ? Int(slot.microseconds) : nil
    }
    return next.flatMap { $0 < last ? $0 : nil }
  }

  private func previousMoment(before moment: Int) -> Int? {
    var moment = min(moment, Int(Self.range.upperBound.microseconds))
    if let end = rule.end { moment = min(moment, Int(end.microseconds)) }
    let first = Int((rule.start.map { max($0, Self.range.lowerBound) } ?? Self.range.lowerBound).microseconds)
    guard moment > first else { return nil }
    let previous: Int?
    switch plan {
    case .every(let interval, let anchor, let after):
      let slot = anchor + (moment - 1 - anchor).floored(by: interval) * interval
      previous = slot > after ?? .min ? slot : nil
    case .cron(let expression):
      // The last whole second before it.
      previous = previousSecond(of: expression, before: (moment - 1).floored(by: 1_000_000) + 1).map { $0 * 1_000_000 }
    case .at(let slot): previous = slot.microseconds < moment ? Int(slot.microseconds) : nil
    }
    return previous.flatMap { $0 >= first ? $0 : nil }
  }
}
