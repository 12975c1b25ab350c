import GRDB
import Model

/// A schedule's definition with its values written out, which the caller's task does so that the writer need not.
struct EncodedScheduleDefinition: Sendable {
  /// As it is read back.
  let definition: ScheduleDefinition
  private let payload: String?

  init(_ definition: ScheduleDefinition) throws {
    payload = definition.payload?.serialized
    var definition = definition
    definition.payload = try payload.map { try JSONValue(parsing: $0) }
    self.definition = definition
  }

  /// About how much it holds in memory.
  var bytes: Int { 512 + definition.description.utf8.count + (payload?.utf8.count ?? 0) }

  /// Writes it as that of a schedule whose row is there.
  func write(of schedule: ID<Schedule>, to database: Database) throws {
    let rule = definition.rule
    var every: Int64?
    var align = IntervalAnchor.epoch
    var cron: String?
    var moment: String?
    switch rule.timing {
    case .every(let interval, let anchor): (every, align) = (interval.wholeMicroseconds, anchor)
    case .cron(let text): cron = text
    case .at(let text): moment = text
    }
    try database.run(
      """
      INSERT OR REPLACE INTO schedule_definitions (
        schedule, every_us, cron, moment, align, zone, jitter_us, starts_at, ends_at, description, payload, overlap,
        missed, disable_after, on_failure, on_recovery)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        schedule.text, every, cron, moment, align.rawValue, rule.zone, rule.jitter?.wholeMicroseconds,
        rule.start?.microseconds, rule.end?.microseconds, definition.description, payload,
        definition.overlap.rawValue, definition.missed.text, definition.disableAfter, definition.onFailure,
        definition.onRecovery,
      ])
  }
}

extension ScheduleDefinition {
  /// The columns that `init(_:)` reads, of `schedule_definitions` as `d` and `schedules` as `s`.
  static let columns = """
    d.every_us, d.cron, d.moment, d.align, d.zone, d.jitter_us, d.starts_at, d.ends_at, d.description, d.payload, \
    d.overlap, d.missed, s.tolerance_us, d.disable_after, d.on_failure, d.on_recovery
    """

  init(_ columns: inout ColumnReader) throws {
    let every = try columns.optional(Int64.self)
    let cron = try columns.optional(String.self)
    let moment = try columns.optional(String.self)
    let align = try columns.word(IntervalAnchor.self)
    let timing: ScheduleTiming
    if let every {
      timing = .every(.microseconds(every), align: align)
    } else if let cron {
      timing = .cron(cron)
    } else {
      timing = .at(moment ?? "")
    }
    let rule = ScheduleRule(
      timing, zone: try columns.optional(), jitter: try columns.optional(Int64.self).map { .microseconds($0) },
      start: try columns.optionalTime(), end: try columns.optionalTime())
    self.init(
      rule: rule, description: try columns.next(), payload: try columns.optionalJSON(), overlap: try columns.word(),
      missed: MissedPolicy(text: try columns.next()) ?? .once,
      tolerance: .microseconds(try columns.next(Int64.self)), disableAfter: try columns.optional(),
      onFailure: try columns.optional(), onRecovery: try columns.optional())
  }
}
