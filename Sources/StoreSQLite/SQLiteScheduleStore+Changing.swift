import GRDB
import Model
import Store

extension SQLiteScheduleStore {
  func add(_ schedule: Schedule, most: Int, by actor: String, at time: Timestamp) async throws -> Schedule {
    try Name.validate(schedule.name, field: "name")
    var schedule = schedule
    schedule.origin = .api
    let row = try EncodedSchedule(schedule)
    return try await connection.write(bytes: row.bytes) { [schedule] database in
      try Self.add(row, of: schedule, most: most, by: actor, at: time, in: database)
    }
  }

  static func add(
    _ row: EncodedSchedule, of schedule: Schedule, most: Int, by actor: String, at time: Timestamp,
    in database: Database
  ) throws -> Schedule {
    let hookName: String? = try database.value(
      """
      SELECT h.name FROM hooks h JOIN instances i ON i.id = h.instance
      WHERE h.id = ? AND h.instance = ? AND h.removed_at IS NULL AND i.removed_at IS NULL
      """, [schedule.hook.text, schedule.instance.text])
    guard let hookName else { throw Problem(.notFound, "there is no such hook", field: "hook") }
    guard try !database.hasSchedule(hook: schedule.hook, name: schedule.name) else {
      throw Problem(
        .conflict, "the hook \(hookName) has a schedule named \(schedule.name) already", field: "name")
    }
    try database.requireRoomForSchedule(of: schedule.instance, most: most)
    var stored = try row.insert(into: database)
    stored.hookName = hookName
    try database.append("schedule.created", to: stored, by: actor, at: time)
    return stored
  }

  func update(
    _ id: ID<Schedule>, definition: ScheduleDefinition?, isEnabled: Bool?, expected: Int64?, by actor: String,
    at time: Timestamp
  ) async throws -> Schedule {
    let encoded = try definition.map { try EncodedScheduleDefinition($0) }
    return try await connection.write(bytes: encoded?.bytes ?? 512) { database in
      guard let schedule = try database.schedule(id) else {
        throw Problem(.notFound, "there is no such schedule")
      }
      guard expected ?? schedule.revision == schedule.revision else {
        throw Problem(
          .conflict, "the schedule has been changed meanwhile", field: "expected_revision",
          rule: "revision \(schedule.revision)")
      }
      return try Self.change(
        schedule, definition: encoded, isEnabled: isEnabled, by: actor, at: time, in: database)
    }
  }

  /// Makes of a schedule that was read in this transaction what somebody wants, as `update` does.
  static func change(
    _ schedule: Schedule, definition encoded: EncodedScheduleDefinition?, isEnabled: Bool?, by actor: String,
    at time: Timestamp, in database: Database
  ) throws -> Schedule {
    var schedule = schedule
    let definition = encoded?.definition
    guard definition == nil || schedule.origin == .api else { throw Self.isOfManifest(schedule) }
    var kinds: [String] = []
    let isRedefined = definition.map { $0 != schedule.definition } ?? false
    if let definition, isRedefined {
      schedule.redefine(as: definition, at: time)
      kinds.append("schedule.updated")
    }
    if let isEnabled, isEnabled != schedule.isEnabled {
      if isEnabled { schedule.enable(at: time) } else { schedule.disable() }
      kinds.append(isEnabled ? "schedule.enabled" : "schedule.disabled")
    }
    guard !kinds.isEmpty else { return schedule }
    schedule = try database.rewrite(schedule, definition: isRedefined ? encoded : nil, at: time)
    for kind in kinds { try database.append(kind, to: schedule, by: actor, at: time) }
    return schedule
  }

  func remove(_ id: ID<Schedule>, by actor: String, at time: Timestamp) async throws -> Bool {
    try await connection.write { database in
      guard let schedule = try database.schedule(id) else { return false }
      guard schedule.origin == .api else { throw Self.isOfManifest(schedule) }
      try database.run("DELETE FROM schedules WHERE id = ?", [id.text])
      try database.append("schedule.removed", to: schedule, by: actor, at: time)
      return true
    }
  }

  private static func isOfManifest(_ schedule: Schedule) -> Problem {
    Problem(
      .conflict, "the schedule \(schedule.name) is declared by the hook \(schedule.hookName)",
      rule: "what a hook declares comes and goes with its version",
      hint: "change the schedules of its hook.yaml, or disable this one")
  }
}
