import GRDB
import Model
import Store

struct SQLiteRunStore: RunStore {
  let connection: StoreConnection

  private static let unfinished = "('queued', 'starting', 'running')"

  func enqueue(_ run: Run, _ bodies: RunBodies) async throws -> Run {
    guard !run.status.isFinal else {
      throw Problem(.invalid, "a run that ended is recorded, not queued", field: "status")
    }
    let row = EncodedRun(run, definition: try await connection.definitions.key(of: run.definition))
    let bodies = EncodedBodies(bodies)
    return try await connection.write(bytes: row.bytes + bodies.bytes) { database in
      let stored = try row.insert(into: database)
      try bodies.write(of: stored.id, to: database)
      return stored
    }
  }

  func start(_ id: ID<Run>, host: ID<Host>, at time: Timestamp) async throws -> Bool {
    try await connection.write { database in
      try database.run(
        """
        UPDATE runs SET status = 'running', host = ?, started_at = ?, attempt = attempt + 1
        WHERE id = ? AND status = 'queued'
        """, [host.text, time.microseconds, id.text]) == 1
    }
  }

  func finish(_ id: ID<Run>, _ end: RunEnd, bodies: RunBodies?, logs: [LogEntry]) async throws -> [LogEntry]? {
    guard end.status.isFinal else { throw Problem(.invalid, "a run ends in a final status", field: "status") }
    let failure = end.failure?.stored.serialized
    let bodies = bodies.map(EncodedBodies.init)
    let entries = logs.map(EncodedLogEntry.init)
    let bytes = 256 + (failure?.utf8.count ?? 0) + (bodies?.bytes ?? 0) + entries.reduce(0) { $0 + $1.bytes }
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
      try bodies?.write(of: id, to: database)
      return try entries.map { try database.append($0) }
    }
  }

  func record(_ run: Run, _ bodies: RunBodies, logs: [LogEntry]) async throws -> (run: Run, logs: [LogEntry]) {
    guard run.status.isFinal else {
      throw Problem(.invalid, "a run that has not ended is queued, not recorded", field: "status")
    }
    let row = EncodedRun(run, definition: try await connection.definitions.key(of: run.definition))
    let bodies = EncodedBodies(bodies)
    let entries = logs.map(EncodedLogEntry.init)
    let bytes = row.bytes + bodies.bytes + entries.reduce(0) { $0 + $1.bytes }
    return try await connection.write(bytes: bytes) { database in
      let stored = try row.insert(into: database)
      try bodies.write(of: stored.id, to: database)
      return (stored, try entries.map { try database.append($0) })
    }
  }

  func closeLost(host: ID<Host>, at time: Timestamp) async throws -> [Run] {
    let failure = RunFailure(
      reason: "host", message: "the server that ran it stopped, or lost its lease, before the run ended")
    return try await connection.write { database in
      let runs = try database.rows(
        """
        SELECT \(Run.columns) FROM runs r
        WHERE r.host = ? AND r.status IN \(Self.unfinished) AND r.status <> 'queued' ORDER BY r.queued_at, r.serial
        """, [host.text]
      ) { try Run(&$0, definitions: connection.definitions, in: database) }
      return try runs.map { run in
        var run = run
        run.status = .lost
        run.endedAt = time
        run.failure = failure
        try database.run(
          "UPDATE runs SET status = ?, ended_at = ?, failure = ? WHERE id = ?",
          [run.status.rawValue, time.microseconds, failure.stored.serialized, run.id.text])
        var data: [String: JSONValue] = ["serial": .int(run.serial), "attempt": .int(Int64(run.attempt))]
        if let name = run.hookName { data["hook"] = .string(name) }
        _ = try database.append(
          Event(
            instance: run.instance, time: time, kind: "run.lost", subject: run.id.text, actor: "host:\(host)",
            data: .object(data)))
        return run
      }
    }
  }

  func queued(limit: Int, after: ID<Run>?) async throws -> [(run: Run, bodies: RunBodies)] {
    try Problem.validateLimit(limit)
    let position = after == nil ? "" : "AND (r.queued_at, r.id) > (SELECT queued_at, id FROM runs WHERE id = ?)"
    let sql = """
      SELECT \(Run.columns), \(RunBodies.columns) FROM runs r JOIN run_bodies b ON b.run = r.id
      WHERE r.status = 'queued' AND r.is_async = 1 \(position) ORDER BY r.queued_at, r.id LIMIT ?
      """
    return try await connection.read { database in
      try database.rows(sql, (after.map { [$0.text] } ?? []) + [limit]) { columns in
        let run = try Run(&columns, definitions: connection.definitions, in: database)
        return (run, try RunBodies(&columns))
      }
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
    var conditions = ["r.instance = ?"]
    var arguments: [(any DatabaseValueConvertible & Sendable)?] = [filter.instance.text]
    if let name = filter.hookName {
      conditions.append("r.hook_name = ?")
      arguments.append(name)
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
    // One more than asked for tells whether there is a next page.
    var runs = try await connection.read { [arguments] database in
      try database.rows(sql, arguments + [limit + 1]) {
        try Run(&$0, definitions: connection.definitions, in: database)
      }
    }
    guard runs.count > limit else { return (runs, nil) }
    runs.removeLast()
    return (runs, runs.last.map { RunCursor(after: $0).text })
  }

  func prune(endedBefore time: Timestamp, limit: Int) async throws -> Int {
    try Problem.validateLimit(limit, most: 10_000)
    return try await connection.write { database in
      try database.run(
        """
        DELETE FROM runs WHERE id IN (
          SELECT id FROM runs WHERE ended_at IS NOT NULL AND ended_at < ? ORDER BY ended_at LIMIT ?)
        """, [time.microseconds, limit])
    }
  }
}
