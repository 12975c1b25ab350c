import GRDB
import Model
import Store

struct SQLiteRunStore: RunStore {
  let connection: StoreConnection

  static let unfinished = "('queued', 'starting', 'running')"

  /// Of a run `r`: that one of its order key that comes before it has not ended.
  private static let isHeld = """
    EXISTS (
      SELECT 1 FROM runs e WHERE e.order_key = r.order_key AND e.order_place < r.order_place
        AND e.status IN \(unfinished))
    """

  func enqueue(_ run: Run, _ bodies: RunBodies) async throws -> Run {
    guard !run.status.isFinal else {
      throw Problem(.invalid, "a run that ended is recorded, not queued", field: "status")
    }
    let row = EncodedRun(run, definition: try await connection.definitions.key(of: run.definition))
    let bodies = EncodedBodies(bodies)
    return try await connection.write(bytes: row.bytes + bodies.bytes) { database in
      try Self.enqueue(row, bodies, in: database)
    }
  }

  static func enqueue(_ row: EncodedRun, _ bodies: EncodedBodies, in database: Database) throws -> Run {
    let stored = try row.insertAsked(into: database)
    try bodies.insert(of: stored, into: database)
    return stored
  }

  func start(_ id: ID<Run>, host: ID<Host>, at time: Timestamp) async throws -> Bool {
    try await connection.write { database in
      try database.run(
        """
        UPDATE runs AS r SET status = 'running', host = ?, started_at = ?, attempt = attempt + 1
        WHERE id = ? AND status = 'queued'
          AND EXISTS (SELECT 1 FROM instances i WHERE i.id = r.instance AND i.removed_at IS NULL)
          AND NOT \(Self.isHeld)
        """, [host.text, time.microseconds, id.text]) == 1
    }
  }

  func finish(
    _ id: ID<Run>, _ end: RunEnd, bodies: RunBodies?, logs: [LogEntry], aftermath: RunAftermath?
  ) async throws -> RunSettlement? {
    guard end.status.isFinal else { throw Problem(.invalid, "a run ends in a final status", field: "status") }
    let failure = end.failure?.stored.serialized
    let bodies = bodies.map(EncodedBodies.init)
    let entries = logs.map(EncodedLogEntry.init)
    let aftermath = try await encode(aftermath)
    let bytes =
      256 + (failure?.utf8.count ?? 0) + (bodies?.bytes ?? 0) + entries.reduce(aftermath?.bytes ?? 0) { $0 + $1.bytes }
    return try await connection.write(bytes: bytes) { database in
      let count = try database.run(
        """
        UPDATE runs SET
          status = ?, ended_at = ?, started_at = COALESCE(?, started_at), attempt = COALESCE(?, attempt),
          exit_code = ?, signal = ?, cpu_us = ?, peak_memory = ?, bytes_in = ?, bytes_out = ?, failure = ?
        WHERE id = ? AND status IN \(Self.unfinished)
        """,
        [
          end.status.rawValue, end.endedAt.microseconds, end.startedAt?.microseconds, end.attempt, end.exitCode,
          end.signal, end.use.cpuMicroseconds, end.use.peakMemoryBytes, end.use.bytesIn, end.use.bytesOut, failure,
          id.text,
        ])
      guard count == 1 else { return nil }
      var settlement = try aftermath?.write(after: id, at: end.endedAt, to: database) ?? RunSettlement(logs: [])
      try bodies?.replace(of: id, in: database)
      if let next = try nextInOrder(after: id, in: database), !settlement.queued.contains(where: { $0.id == next.id }) {
        settlement.queued.append(next)
      }
      settlement.logs = try entries.map { try database.append($0) }
      return settlement
    }
  }

  func record(
    _ run: Run, _ bodies: RunBodies, logs: [LogEntry], aftermath: RunAftermath?
  ) async throws -> (run: Run, settlement: RunSettlement) {
    guard run.status.isFinal else {
      throw Problem(.invalid, "a run that has not ended is queued, not recorded", field: "status")
    }
    let row = EncodedRun(run, definition: try await connection.definitions.key(of: run.definition))
    let bodies = EncodedBodies(bodies)
    let entries = logs.map(EncodedLogEntry.init)
    let aftermath = try await encode(aftermath)
    let bytes = row.bytes + bodies.bytes + entries.reduce(aftermath?.bytes ?? 0) { $0 + $1.bytes }
    return try await connection.write(bytes: bytes) { database in
      let stored = try row.insertAsked(into: database)
      try bodies.insert(of: stored, into: database)
      var settlement =
        try aftermath?.write(after: stored.id, at: stored.endedAt ?? stored.queuedAt, to: database)
        ?? RunSettlement(logs: [])
      settlement.logs = try entries.map { try database.append($0) }
      return (stored, settlement)
    }
  }

  func queued(
    limit: Int, after: ID<Run>?, dueBy time: Timestamp?
  ) async throws -> [(run: Run, bodies: RunBodies)] {
    try Problem.validateLimit(limit)
    let position = after == nil ? "" : "AND (r.queued_at, r.id) > (SELECT queued_at, id FROM runs WHERE id = ?)"
    let due = time == nil ? "" : "AND (r.not_before IS NULL OR r.not_before <= ?)"
    let sql = """
      SELECT \(Run.columns), \(RunBodies.columns) FROM runs r JOIN run_bodies b ON b.run = r.id
      WHERE r.status = 'queued' AND r.is_async = 1 AND NOT \(Self.isNobodys) AND NOT \(Self.isHeld) \(position) \(due)
      ORDER BY r.queued_at, r.id LIMIT ?
      """
    return try await connection.read { database in
      var arguments: [(any DatabaseValueConvertible)?] = []
      if let after { arguments.append(after.text) }
      if let time { arguments.append(time.microseconds) }
      return try database.rows(sql, arguments + [limit]) { columns in
        let run = try Run(&columns, definitions: connection.definitions, in: database)
        return (run, try RunBodies(&columns))
      }
    }
  }

  func postponed(in moments: ClosedRange<Timestamp>, limit: Int) async throws -> [Run] {
    try Problem.validateLimit(limit)
    return try await connection.read { database in
      try database.rows(
        """
        SELECT \(Run.columns) FROM runs r
        WHERE r.status = 'queued' AND r.not_before IS NOT NULL AND r.not_before BETWEEN ? AND ?
          AND NOT \(Self.isNobodys)
        ORDER BY r.not_before, r.id LIMIT ?
        """, [moments.lowerBound.microseconds, moments.upperBound.microseconds, limit]
      ) { try Run(&$0, definitions: connection.definitions, in: database) }
    }
  }

  func nextDue(after time: Timestamp) async throws -> Timestamp? {
    try await connection.read { database in
      let moment: Int64? = try database.value(
        """
        SELECT MIN(not_before) FROM runs r
        WHERE status = 'queued' AND not_before IS NOT NULL AND not_before > ? AND NOT \(Self.isNobodys)
        """, [time.microseconds])
      return moment.map(Timestamp.init(microseconds:))
    }
  }

  func attempts(of first: ID<Run>) async throws -> [Run] {
    try await connection.read { database in
      try database.rows(
        "SELECT \(Run.columns) FROM runs r WHERE r.id = ? OR r.retry_of = ? ORDER BY r.serial",
        [first.text, first.text]
      ) { try Run(&$0, definitions: connection.definitions, in: database) }
    }
  }

  func find(_ id: ID<Run>) async throws -> Run? {
    try await connection.read { database in
      try database.rows("SELECT \(Run.columns) FROM runs r WHERE r.id = ?", [id.text]) {
        try Run(&$0, definitions: connection.definitions, in: database)
      }.first
    }
  }

  func bodies(_ id: ID<Run>) async throws -> RunBodies? {
    try await connection.read { database in
      try database.rows("SELECT \(RunBodies.columns) FROM run_bodies b WHERE b.run = ?", [id.text]) {
        try RunBodies(&$0)
      }.first
    }
  }

  func list(_ filter: RunFilter, cursor: String?, limit: Int) async throws -> (items: [Run], next: String?) {
    try Problem.validateLimit(limit)
    // One more than asked for tells whether there is a next page.
    let (sql, arguments) = try Self.query(filter, cursor: cursor, limit: limit + 1)
    var runs = try await connection.read { database in
      try database.rows(sql, arguments) { try Run(&$0, definitions: connection.definitions, in: database) }
    }
    guard runs.count > limit else { return (runs, nil) }
    runs.removeLast()
    return (runs, runs.last.map { RunCursor(after: $0).text })
  }

  /// The statement of `list`.
  static func query(
    _ filter: RunFilter, cursor: String?, limit: Int
  ) throws -> (sql: String, arguments: [(any DatabaseValueConvertible & Sendable)?]) {
    // The runs of one schedule or trigger are few among those of an instance, so their index is taken: `+` keeps out others.
    var conditions = [filter.schedule == nil && filter.trigger == nil ? "r.instance = ?" : "+r.instance = ?"]
    var arguments: [(any DatabaseValueConvertible & Sendable)?] = [filter.instance.text]
    if let schedule = filter.schedule {
      conditions.append("r.cause_schedule = ?")
      arguments.append(schedule.text)
    }
    if let trigger = filter.trigger {
      conditions.append("r.cause_trigger = ?")
      arguments.append(trigger.text)
    }
    if let name = filter.hookName {
      let (condition, values) = names(name, filter.formerly, prefix: "r.")
      conditions.append(condition)
      arguments += values
    }
    if let status = filter.status {
      conditions.append("r.status = ?")
      arguments.append(status.rawValue)
    }
    if let since = filter.since {
      conditions.append("r.queued_at >= ?")
      arguments.append(since.microseconds)
    }
    if let cursor = try cursor.map(RunCursor.init) {
      conditions.append("(r.queued_at, r.serial) < (?, ?)")
      arguments += [cursor.queuedAt.microseconds, cursor.serial]
    }
    let sql = """
      SELECT \(Run.columns) FROM runs r
      WHERE \(conditions.joined(separator: " AND ")) ORDER BY r.queued_at DESC, r.serial DESC LIMIT ?
      """
    return (sql, arguments + [limit])
  }

  /// The condition for what a hook did under its name and those that it had before.
  static func names(
    _ name: String, _ formerly: FormerNames?, prefix: String = ""
  ) -> (condition: String, values: [String]) {
    guard let formerly, !formerly.names.isEmpty else { return ("\(prefix)hook_name = ?", [name]) }
    let places = formerly.names.map { _ in "?" }.joined(separator: ", ")
    return (
      "(\(prefix)hook_name = ? OR (\(prefix)hook_name IN (\(places)) AND \(prefix)hook = ?))",
      [name] + formerly.names + [formerly.hook.text]
    )
  }

  func prune(endedBefore time: Timestamp, limit: Int) async throws -> Int {
    try Problem.validateLimit(limit, most: 10_000)
    return try await connection.write { database in
      let oldest = try database.rows(
        """
        SELECT r.id, \(Self.size) FROM runs r LEFT JOIN run_bodies b ON b.run = r.id
        WHERE r.ended_at IS NOT NULL AND r.ended_at < ? AND \(Self.isNoLetter) ORDER BY r.ended_at LIMIT ?
        """, [time.microseconds, limit], Self.decodeSize)
      return try Self.delete(oldest, in: database) { _, _ in true }
    }
  }

  /// The first run of the order key of a run that has ended, if it waits.
  private func nextInOrder(after id: ID<Run>, in database: Database) throws -> Run? {
    let key: String? = try database.value("SELECT order_key FROM runs WHERE id = ?", [id.text])
    guard let key else { return nil }
    let first = try database.rows(
      """
      SELECT \(Run.columns) FROM runs r WHERE r.order_key = ? AND r.status IN \(Self.unfinished)
      ORDER BY r.order_place LIMIT 1
      """, [key]
    ) { try Run(&$0, definitions: connection.definitions, in: database) }.first
    return first?.status == .queued ? first : nil
  }

  private func encode(_ aftermath: RunAftermath?) async throws -> EncodedAftermath? {
    guard let aftermath else { return nil }
    return try await EncodedAftermath(aftermath, for: connection)
  }

  func prune(instance: ID<Instance>, count: Int64?, bytes: ByteSize?, limit: Int) async throws -> Int {
    try Problem.validateLimit(limit, most: 10_000)
    return try await connection.write { database in
      let (excess, excessBytes) = try database.excess(of: "runs", instance, count: count, bytes: bytes)
      guard excess > 0 || excessBytes > 0 else { return 0 }
      let oldest = try database.rows(
        """
        SELECT r.id, \(Self.size) FROM runs r LEFT JOIN run_bodies b ON b.run = r.id
        WHERE r.instance = ? AND r.ended_at IS NOT NULL AND \(Self.isNoLetter) ORDER BY r.serial LIMIT ?
        """, [instance.text, limit], Self.decodeSize)
      return try Self.delete(oldest, in: database) { gone, freed in gone < excess || freed < excessBytes }
    }
  }

  /// Deletes runs of an instance that was removed, whatever their state.
  ///
  /// - Returns: how many; 0 when there are none.
  static func clear(_ instance: ID<Instance>, limit: Int, in database: Database) throws -> Int {
    let runs = try database.rows(
      """
      SELECT r.id, \(size) FROM runs r LEFT JOIN run_bodies b ON b.run = r.id
      WHERE r.instance = ? ORDER BY r.serial LIMIT ?
      """, [instance.text, limit], decodeSize)
    return try delete(runs, in: database) { _, _ in true }
  }

  /// Of the instances that were removed.
  static let isNobodys = "r.instance IN (SELECT id FROM instances WHERE removed_at IS NOT NULL)"

  /// A dead letter that waits to be redriven stays.
  private static let isNoLetter = """
    NOT EXISTS (SELECT 1 FROM dead_letters d WHERE d.run = r.id AND d.redriven_as IS NULL)
    """

  /// About how many bytes a run takes, as `usage` counts them, of `run_bodies` as `b`.
  static let size = """
    512 + COALESCE(LENGTH(b.input) + LENGTH(b.output) + LENGTH(b.error_output) + COALESCE(LENGTH(b.payload), 0) \
    + COALESCE(LENGTH(b.result), 0), 0)
    """

  private static func decodeSize(_ columns: inout ColumnReader) throws -> (id: String, bytes: Int64) {
    (try columns.next(), try columns.next())
  }

  /// Deletes runs in order while `goesOn`, which is told how many are gone with how many bytes, and the transaction has
  /// not grown large.
  ///
  /// - Returns: how many.
  private static func delete(
    _ runs: [(id: String, bytes: Int64)], in database: Database, while goesOn: (Int64, Int64) -> Bool
  ) throws -> Int {
    var gone: Int64 = 0
    var freed: Int64 = 0
    for run in runs where goesOn(gone, freed) && freed < Database.largestDeletion {
      try database.run("DELETE FROM runs WHERE id = ?", [run.id])
      gone += 1
      freed += run.bytes
    }
    return Int(gone)
  }
}
