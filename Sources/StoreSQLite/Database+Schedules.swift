import GRDB
import Model

/// What several parts do with schedules, in their transactions.
extension Database {
  func schedule(_ id: ID<Schedule>) throws -> Schedule? {
    try rows("SELECT \(Schedule.columns) FROM \(Schedule.tables) WHERE s.id = ?", [id.text]) {
      try Schedule(&$0)
    }.first
  }

  /// Gives a schedule that was made, changed or enabled the next number of such changes.
  func noteChange(of id: ID<Schedule>) throws {
    try run("INSERT OR REPLACE INTO schedule_changes (schedule) VALUES (?)", [id.text])
  }

  /// Writes what a change has made of a schedule whose row has the revision before.
  ///
  /// - Parameter definition: if that is another one.
  /// - Returns: the schedule with its new revision.
  func rewrite(_ schedule: Schedule, definition: EncodedScheduleDefinition?, at time: Timestamp) throws -> Schedule {
    var schedule = schedule
    schedule.revision += 1
    schedule.updatedAt = time
    let state = schedule.state
    try run(
      """
      UPDATE schedules SET
        revision = ?, is_enabled = ?, disabled_reason = ?, due = ?, decided_through = ?, waiting = ?, failures = ?,
        silent_since = ?, tolerance_us = ?, updated_at = ?
      WHERE id = ?
      """,
      [
        schedule.revision, schedule.isEnabled, schedule.disabledReason, state.due?.microseconds,
        state.decidedThrough.microseconds, state.waiting?.microseconds, state.failures,
        state.silentSince?.microseconds, schedule.definition.tolerance.wholeMicroseconds, time.microseconds,
        schedule.id.text,
      ])
    try definition?.write(of: schedule.id, to: self)
    if schedule.isEnabled { try noteChange(of: schedule.id) }
    return schedule
  }

  /// Records what became of a schedule, under the names that it and its hook have.
  func append(
    _ kind: String, to schedule: Schedule, by actor: String, at time: Timestamp, _ data: [String: JSONValue] = [:]
  ) throws {
    let names: [String: JSONValue] = ["hook": .string(schedule.hookName), "name": .string(schedule.name)]
    _ = try append(
      Event(
        instance: schedule.instance, time: time, kind: kind, subject: schedule.id.text, actor: actor,
        data: .object(data.merging(names) { own, _ in own })))
  }

  /// - Throws: `Problem` `tooMany` if the instance has `most` schedules.
  func requireRoomForSchedule(of instance: ID<Instance>, most: Int, field: String? = nil) throws {
    let count: Int? = try value(
      "SELECT count FROM usage WHERE kind = 'schedules' AND instance = ?", [instance.text])
    guard count ?? 0 < most else {
      throw Problem(
        .tooMany, "the instance has \(most) schedules, which is the most", field: field,
        hint: "remove some that nobody needs")
    }
  }

  /// Whether the hook has a schedule of that name.
  func hasSchedule(hook: ID<Hook>, name: String) throws -> Bool {
    let found: Int? = try value("SELECT 1 FROM schedules WHERE hook = ? AND name = ?", [hook.text, name])
    return found != nil
  }

  /// Lets those who claim slots look anew at the schedules of an instance, without losing what is decided: what `H` and
  /// jitter are chosen by is another name now.
  func reviewSchedules(of instance: ID<Instance>, at time: Timestamp) throws {
    try reviewSchedules("instance = ?", instance.text, at: time)
  }

  /// As for an instance.
  func reviewSchedules(of hook: ID<Hook>, at time: Timestamp) throws {
    try reviewSchedules("hook = ?", hook.text, at: time)
  }

  private func reviewSchedules(_ condition: String, _ id: String, at time: Timestamp) throws {
    let condition = "\(condition) AND is_enabled = 1 AND due IS NOT NULL"
    let count = try run(
      "UPDATE schedules SET due = ?, revision = revision + 1 WHERE \(condition)", [time.microseconds, id])
    if count > 0 { try noteChanges(where: condition, id) }
  }

  /// Gives all schedules that meet a condition with one argument numbers, as `noteChange`.
  func noteChanges(where condition: String, _ argument: any DatabaseValueConvertible) throws {
    try run(
      """
      INSERT OR REPLACE INTO schedule_changes (schedule) SELECT id FROM schedules WHERE \(condition) ORDER BY serial
      """, [argument])
  }
}
