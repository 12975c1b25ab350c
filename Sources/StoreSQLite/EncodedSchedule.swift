import GRDB
import Model

/// A schedule with its definition written out, which the caller's task does so that the writer need not.
struct EncodedSchedule: Sendable {
  /// With its definition as it is read back, where 1.0 and 1 are the same.
  private let schedule: Schedule
  private let definition: EncodedScheduleDefinition

  init(_ schedule: Schedule) throws {
    definition = try EncodedScheduleDefinition(schedule.definition)
    var schedule = schedule
    schedule.definition = definition.definition
    self.schedule = schedule
  }

  /// About how much it holds in memory.
  var bytes: Int { 512 + definition.bytes }

  /// Inserts the schedule, as a change of which those who claim slots are told.
  ///
  /// - Returns: the schedule with its serial number.
  func insert(into database: Database) throws -> Schedule {
    var schedule = schedule
    schedule.serial = try database.nextSerial(of: "schedule", in: schedule.instance.text)
    let state = schedule.state
    try database.run(
      """
      INSERT INTO schedules (
        id, revision, is_enabled, due, hook, decided_through, waiting, last_slot, last_run, fired, skipped, missed,
        failures, silent_since, tolerance_us, instance, serial, name, origin, disabled_reason, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        schedule.id.text, schedule.revision, schedule.isEnabled, state.due?.microseconds, schedule.hook.text,
        state.decidedThrough.microseconds, state.waiting?.microseconds, state.lastSlot?.microseconds,
        state.lastRun?.text, state.fired, state.skipped, state.missed, state.failures, state.silentSince?.microseconds,
        schedule.definition.tolerance.wholeMicroseconds, schedule.instance.text, schedule.serial, schedule.name,
        schedule.origin.rawValue, schedule.disabledReason, schedule.createdAt.microseconds,
        schedule.updatedAt.microseconds,
      ])
    try definition.write(of: schedule.id, to: database)
    try database.noteChange(of: schedule.id)
    return schedule
  }
}

extension Schedule {
  /// The columns that `init(_:)` reads, of what `tables` names.
  static let columns = """
    s.id, s.instance, s.serial, s.hook, h.name, s.name, s.origin, \(ScheduleDefinition.columns), s.is_enabled, s.disabled_reason, \
    s.created_at, s.updated_at, s.revision, s.decided_through, s.due, s.waiting, s.last_slot, s.last_run, s.fired, \
    s.skipped, s.missed, s.failures, s.silent_since
    """

  /// In this order, so that the order and the bounds of a list are those of an index of `schedules`.
  static let tables = """
    schedules s CROSS JOIN schedule_definitions d ON d.schedule = s.id CROSS JOIN hooks h ON h.id = s.hook
    """

  init(_ columns: inout ColumnReader) throws {
    self.init(
      id: try columns.id(), instance: try columns.id(), serial: try columns.next(), hook: try columns.id(),
      hookName: try columns.next(), name: try columns.next(), origin: try columns.word(),
      definition: try ScheduleDefinition(&columns), isEnabled: try columns.next(),
      disabledReason: try columns.optional(), createdAt: try columns.time(), updatedAt: try columns.time(),
      revision: try columns.next(),
      state: ScheduleState(
        decidedThrough: try columns.time(), due: try columns.optionalTime(), waiting: try columns.optionalTime(),
        lastSlot: try columns.optionalTime(), lastRun: try columns.optionalID(), fired: try columns.next(),
        skipped: try columns.next(), missed: try columns.next(), failures: try columns.next(),
        silentSince: try columns.optionalTime()))
  }
}
