public import Model

/// A schedule that can be reckoned with: its rule, checked, with its zone's clocks. No state and no clock: the same
/// question always has the same answer, on every host.
public struct Timetable: Sendable {
  static let range = ScheduleRule.moments

  enum Plan: Hashable, Sendable {
    /// Slots at `anchor` and every `interval` after and before it, none at or before `after`. In microseconds.
    case every(interval: Int, anchor: Int, after: Int?)
    case cron(CronExpression)
    case at(Timestamp)
  }

  public let rule: ScheduleRule
  /// Whose runs they are; decides what `H`, `~` and jitter choose.
  public let name: String
  /// The zone whose clocks count.
  public let zone: ZoneRules
  let plan: Plan

  /// - Parameters:
  ///   - name: names the schedule for ever: another name gives other values of `H`, `~` and jitter.
  ///   - created: when it was made, for `align: creation`.
  ///   - zones: the rules of a zone by its name; not asked for UTC.
  /// - Throws: `Problem` with code `invalid` and the member of the rule as its field, and what `zones` throws.
  public init(
    _ rule: ScheduleRule, name: String, created: Timestamp, zones: (String) throws(Problem) -> ZoneRules
  ) throws(Problem) {
    try rule.validate()
    self.rule = rule
    self.name = name
    if let zone = rule.zone, zone != ZoneRules.utc.name { self.zone = try zones(zone) } else { zone = .utc }
    let created = min(max(created, Self.range.lowerBound), Self.range.upperBound)
    switch rule.timing {
    case .every(let interval, let align):
      let interval = Int(interval.wholeMicroseconds)
      plan =
        switch align {
        case .epoch: .every(interval: interval, anchor: 0, after: nil)
        case .creation:
          .every(interval: interval, anchor: Int(created.microseconds), after: Int(created.microseconds))
        case .start: .every(interval: interval, anchor: Int((rule.start ?? created).microseconds), after: nil)
        }
    case .cron(let text):
      do {
        plan = .cron(try CronExpression(text, name: name))
      } catch {
        throw error.problem()
      }
    case .at(let text): plan = .at(try Self.moment(text, in: rule, zone))
    }
    guard next(after: Timestamp(microseconds: Self.range.lowerBound.microseconds - 1)) != nil else {
      throw Problem(
        .invalid, "the schedule has no slot from its start to its end", field: rule.end == nil ? "start" : "end",
        rule: "at least one slot")
    }
  }

  private static func moment(_ text: String, in rule: ScheduleRule, _ zone: ZoneRules) throws(Problem) -> Timestamp {
    if let moment = Timestamp(rfc3339: text), range.contains(moment) { return moment }
    guard let local = LocalTime(text: text) else {
      throw Problem(
        .invalid, "at cannot be \(text)", field: "at",
        rule: "an RFC 3339 time such as 2026-12-24T18:00:00Z, or one without an offset and a zone")
    }
    guard rule.zone != nil else {
      throw Problem(
        .invalid, "at has neither an offset nor a zone", field: "at", rule: "an offset, or zone",
        hint: "append Z for UTC, or give zone")
    }
    let moment = Timestamp(microseconds: Int64(zone.firstSecond(reaching: local.second)) * 1_000_000)
    guard range.contains(moment) else {
      throw Problem(.invalid, "at is out of range", field: "at", rule: "in the years 1 to 9999")
    }
    return moment
  }
}
