import GRDB
import Model
import Store

struct SQLiteScheduleStore: ScheduleStore {
  let connection: StoreConnection
  let hooks: SQLiteHookStore
  let queued = QueuedRuns()

  init(connection: StoreConnection, hooks: SQLiteHookStore) {
    self.connection = connection
    self.hooks = hooks
  }

  /// Beside a schedule `s` and its hook `h`: what leaves out those that cannot have a run now.
  private static let isLive = """
    s.is_enabled = 1 AND h.is_enabled = 1
    AND NOT EXISTS (SELECT 1 FROM instances WHERE id = s.instance AND removed_at IS NOT NULL)
    """

  /// What `hasUnendedRun` looks at, of runs.
  static let unended = "cause_schedule = ? AND status IN \(SQLiteRunStore.unfinished)"

  func find(_ id: ID<Schedule>) async throws -> Schedule? {
    try await connection.read { database in try database.schedule(id) }
  }

  func find(hook: ID<Hook>, name: String) async throws -> Schedule? {
    try await connection.read { database in
      try database.rows(
        "SELECT \(Schedule.columns) FROM \(Schedule.tables) WHERE s.hook = ? AND s.name = ?", [hook.text, name]
      ) { try Schedule(&$0) }.first
    }
  }

  func list(_ filter: ScheduleFilter, after: Int64, limit: Int) async throws -> [Schedule] {
    try Problem.validateLimit(limit)
    let (sql, arguments) = Self.query(filter, after: after, limit: limit)
    return try await connection.read { database in
      try database.rows(sql, arguments) { try Schedule(&$0) }
    }
  }

  /// The statement of `list`.
  static func query(
    _ filter: ScheduleFilter, after: Int64, limit: Int
  ) -> (sql: String, arguments: [(any DatabaseValueConvertible & Sendable)?]) {
    // `+` keeps the index of the instance out where that of the hook has fewer.
    var conditions = [filter.hook == nil ? "s.instance = ?" : "+s.instance = ?", "s.serial > ?"]
    var arguments: [(any DatabaseValueConvertible & Sendable)?] = [filter.instance.text, after]
    if let hook = filter.hook {
      conditions.append("s.hook = ?")
      arguments.append(hook.text)
    }
    if let isEnabled = filter.isEnabled {
      conditions.append("s.is_enabled = ?")
      arguments.append(isEnabled)
    }
    if let isSilent = filter.isSilent { conditions.append("s.silent_since IS \(isSilent ? "NOT NULL" : "NULL")") }
    let sql = """
      SELECT \(Schedule.columns) FROM \(Schedule.tables)
      WHERE \(conditions.joined(separator: " AND ")) ORDER BY s.serial LIMIT ?
      """
    return (sql, arguments + [limit])
  }

  // MARK: - For those who claim slots

  func upcoming(after: ID<Schedule>?, limit: Int) async throws -> [UpcomingSlot] {
    try Problem.validateLimit(limit, most: 10_000)
    return try await connection.read { database in
      try database.rows(
        """
        SELECT s.id, s.due FROM schedules s CROSS JOIN hooks h ON h.id = s.hook
        WHERE s.id > ? AND s.due IS NOT NULL AND \(Self.isLive) ORDER BY s.id LIMIT ?
        """, [after?.text ?? "", limit]
      ) { UpcomingSlot(schedule: try $0.id(), due: try $0.time()) }
    }
  }

  func changes(after number: Int64, limit: Int) async throws -> [(number: Int64, slot: UpcomingSlot)] {
    try Problem.validateLimit(limit, most: 10_000)
    return try await connection.read { database in
      try database.rows(
        """
        SELECT c.number, s.id, s.due FROM schedule_changes c
        CROSS JOIN schedules s ON s.id = c.schedule CROSS JOIN hooks h ON h.id = s.hook
        WHERE c.number > ? AND s.due IS NOT NULL AND \(Self.isLive) ORDER BY c.number LIMIT ?
        """, [number, limit]
      ) { (number: try $0.next(), slot: UpcomingSlot(schedule: try $0.id(), due: try $0.time())) }
    }
  }

  func lastChange() async throws -> Int64 {
    try await connection.read { database in
      // The number of one that is gone with its schedule counts too.
      try database.value("SELECT seq FROM sqlite_sequence WHERE name = 'schedule_changes'", []) ?? 0
    }
  }

  func arrivals() -> AsyncStream<Void> { connection.scheduleArrivals.follow() }

  func claimable(_ ids: [ID<Schedule>]) async throws -> [ClaimableSchedule] {
    guard ids.count <= 1000 else {
      throw Problem(.invalid, "these are too many schedules at once", field: "ids", rule: "at most 1000")
    }
    return try await connection.read { database in
      // Many schedules may be of one hook.
      var known: [ID<Hook>: Hook] = [:]
      return try ids.compactMap { id in
        let found = try database.rows(
          """
          SELECT i.name, \(Schedule.columns) FROM \(Schedule.tables) CROSS JOIN instances i ON i.id = s.instance
          WHERE s.id = ? AND \(Self.isLive)
          """, [id.text]
        ) { (instance: try $0.next(String.self), schedule: try Schedule(&$0)) }.first
        guard let found, let hook = try known[found.schedule.hook] ?? hooks.find(found.schedule.hook, in: database)
        else { return nil }
        known[hook.id] = hook
        return ClaimableSchedule(schedule: found.schedule, hook: hook, instanceName: found.instance)
      }
    }
  }

  func hasUnendedRun(_ id: ID<Schedule>) async throws -> Bool {
    try await connection.read { database in
      let found: Int? = try database.value("SELECT 1 FROM runs WHERE \(Self.unended) LIMIT 1", [id.text])
      return found != nil
    }
  }

  func released(limit: Int) async throws -> [ID<Schedule>] {
    try Problem.validateLimit(limit)
    return try await connection.read { database in
      try database.rows(
        """
        SELECT s.id FROM schedules s CROSS JOIN hooks h ON h.id = s.hook
        WHERE s.waiting IS NOT NULL AND \(Self.isLive) AND NOT EXISTS (
          SELECT 1 FROM runs WHERE cause_schedule = s.id AND status IN \(SQLiteRunStore.unfinished))
        ORDER BY s.waiting, s.id LIMIT ?
        """, [limit]
      ) { try $0.id() }
    }
  }

  // MARK: - Silence

  func silent(at time: Timestamp, limit: Int) async throws -> [Schedule] {
    try Problem.validateLimit(limit)
    return try await connection.read { database in
      // Looks at all rows: an index of what is due would cost every claim more than this costs once in a while.
      try database.rows(
        """
        SELECT \(Schedule.columns) FROM (
          SELECT s.id AS silent FROM schedules s CROSS JOIN hooks h ON h.id = s.hook
          WHERE (s.silent_since IS NOT NULL OR s.due < ? - s.tolerance_us) AND \(Self.isLive)
          ORDER BY COALESCE(s.silent_since, s.due), s.id LIMIT ?
        ) CROSS JOIN \(Schedule.tables) WHERE s.id = silent ORDER BY COALESCE(s.silent_since, s.due), s.id
        """, [time.microseconds, limit]
      ) { try Schedule(&$0) }
    }
  }
}
