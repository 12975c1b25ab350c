import GRDB
import Model
import Store

/// The schedules of a hook come, change and go with it, in the transactions that change it.
extension SQLiteHookStore {
  /// Makes the schedules that a hook's version declares those that it has from there. One of the same name and
  /// definition stays what it was.
  func syncSchedules(of hook: Hook, by actor: String, at time: Timestamp, in database: Database) throws {
    let declared = hook.version.definition.schedules
    let present = try database.rows(
      "SELECT \(Schedule.columns) FROM \(Schedule.tables) WHERE s.hook = ? AND s.origin = 'manifest'", [hook.id.text]
    ) { try Schedule(&$0) }
    let names = Set(declared.map(\.name))
    for schedule in present where !names.contains(schedule.name) {
      try database.run("DELETE FROM schedules WHERE id = ?", [schedule.id.text])
      try database.append("schedule.removed", to: schedule, by: actor, at: time)
    }
    for each in declared {
      guard var schedule = present.first(where: { $0.name == each.name }) else {
        try insert(each, to: hook, by: actor, at: time, in: database)
        continue
      }
      let definition = try EncodedScheduleDefinition(each.definition)
      guard definition.definition != schedule.definition else { continue }
      schedule.redefine(as: definition.definition, at: time)
      schedule = try database.rewrite(schedule, definition: definition, at: time)
      try database.append("schedule.updated", to: schedule, by: actor, at: time)
    }
  }

  private func insert(
    _ declared: DeclaredSchedule, to hook: Hook, by actor: String, at time: Timestamp, in database: Database
  ) throws {
    guard try !database.hasSchedule(hook: hook.id, name: declared.name) else {
      throw Problem(
        .conflict, "the hook \(hook.name) has a schedule named \(declared.name) that somebody made beside it",
        field: "schedules", hint: "remove that, or give this another name")
    }
    try database.requireRoomForSchedule(of: hook.instance, most: Schedule.mostOfInstance, field: "schedules")
    let schedule = Schedule(
      id: ID(at: time), instance: hook.instance, hook: hook.id, hookName: hook.name, name: declared.name,
      origin: .manifest, definition: declared.definition, createdAt: time, updatedAt: time,
      state: ScheduleState(decidedThrough: time, due: time))
    let stored = try EncodedSchedule(schedule).insert(into: database)
    try database.append("schedule.created", to: stored, by: actor, at: time)
  }

  /// What came while the hook was disabled is decided; while it is, none of its schedules can be silent.
  func switchSchedules(of hook: Hook, at time: Timestamp, in database: Database) throws {
    guard hook.isEnabled else {
      try database.run(
        """
        UPDATE schedules SET silent_since = NULL, revision = revision + 1
        WHERE hook = ? AND silent_since IS NOT NULL
        """, [hook.id.text])
      return
    }
    let count = try database.run(
      """
      UPDATE schedules SET
        decided_through = ?1, due = ?1, waiting = NULL, silent_since = NULL, revision = revision + 1
      WHERE hook = ?2 AND is_enabled = 1
      """, [time.microseconds, hook.id.text])
    if count > 0 { try database.noteChanges(where: "hook = ? AND is_enabled = 1", hook.id.text) }
  }
}
