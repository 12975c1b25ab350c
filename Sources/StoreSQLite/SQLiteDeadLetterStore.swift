import GRDB
import Model
import Store

struct SQLiteDeadLetterStore: DeadLetterStore {
  let connection: StoreConnection

  private static let select = """
    SELECT d.died_at, d.redriven_as, \(Run.columns) FROM dead_letters d JOIN runs r ON r.id = d.run
    """

  func find(_ id: ID<Run>) async throws -> DeadLetter? {
    try await connection.read { database in
      try database.rows("\(Self.select) WHERE d.run = ?", [id.text]) { try decode(&$0, in: database) }.first
    }
  }

  func list(
    instance: ID<Instance>, hookName: String?, cursor: String?, limit: Int
  ) async throws -> (items: [DeadLetter], next: String?) {
    try Problem.validateLimit(limit)
    var conditions = ["d.instance = ?", "d.redriven_as IS NULL"]
    var arguments: [(any DatabaseValueConvertible & Sendable)?] = [instance.text]
    if let hookName {
      conditions.append("d.hook_name = ?")
      arguments.append(hookName)
    }
    if let cursor = try cursor.map(RunCursor.init) {
      conditions.append("(d.died_at, d.serial) < (?, ?)")
      arguments += [cursor.queuedAt.microseconds, cursor.serial]
    }
    let sql = """
      \(Self.select) WHERE \(conditions.joined(separator: " AND ")) ORDER BY d.died_at DESC, d.serial DESC LIMIT ?
      """
    // One more than asked for tells whether there is a next page.
    var letters = try await connection.read { [arguments] database in
      try database.rows(sql, arguments + [limit + 1]) { try decode(&$0, in: database) }
    }
    guard letters.count > limit else { return (letters, nil) }
    letters.removeLast()
    return (letters, letters.last.map { RunCursor(queuedAt: $0.diedAt, serial: $0.run.serial).text })
  }

  func redrive(
    _ id: ID<Run>, as run: Run, _ bodies: RunBodies, by actor: String, at time: Timestamp
  ) async throws -> Run {
    let row = EncodedRun(run, definition: try await connection.definitions.key(of: run.definition))
    let bodies = EncodedBodies(bodies)
    return try await connection.write(bytes: row.bytes + bodies.bytes) { database in
      let isFirst = try database.run(
        "UPDATE dead_letters SET redriven_as = ?, redriven_at = ? WHERE run = ? AND redriven_as IS NULL",
        [run.id.text, time.microseconds, id.text])
      guard isFirst == 1 else {
        let other: String? = try database.value("SELECT redriven_as FROM dead_letters WHERE run = ?", [id.text])
        guard let other else { throw Problem(.notFound, "there is no such dead letter") }
        throw Problem(.conflict, "the dead letter was redriven before, as run \(other)")
      }
      let stored = try row.insert(into: database)
      try bodies.insert(of: stored, into: database)
      try database.recordLetter("dead_letter.redriven", id, actor: actor, at: time, data: ["run": .string(run.id.text)])
      return stored
    }
  }

  func remove(_ id: ID<Run>, by actor: String, at time: Timestamp) async throws -> Bool {
    try await connection.write { database in
      let isThere: Int? = try database.value(
        "SELECT 1 FROM dead_letters WHERE run = ? AND redriven_as IS NULL", [id.text])
      guard isThere != nil else { return false }
      try database.recordLetter("dead_letter.removed", id, actor: actor, at: time)
      try database.run("DELETE FROM dead_letters WHERE run = ?", [id.text])
      return true
    }
  }

  func prune(
    instance: ID<Instance>, before time: Timestamp?, count: Int64?, limit: Int, at now: Timestamp
  ) async throws -> Int {
    try Problem.validateLimit(limit, most: 10_000)
    return try await connection.write { database in
      var excess = 0
      if let count {
        let open: Int? = try database.value(
          "SELECT COUNT(*) FROM dead_letters WHERE instance = ? AND redriven_as IS NULL", [instance.text])
        excess = Int(clamping: Int64(open ?? 0) - count)
      }
      let oldest = try database.rows(
        """
        SELECT run, died_at FROM dead_letters WHERE instance = ? AND redriven_as IS NULL
        ORDER BY died_at, serial LIMIT ?
        """, [instance.text, limit]
      ) { (run: try $0.id(Run.self), diedAt: try $0.time()) }
      var gone = 0
      for letter in oldest {
        guard gone < excess || time.map({ letter.diedAt < $0 }) ?? false else { break }
        try database.recordLetter("dead_letter.expired", letter.run, actor: "host", at: now)
        try database.run("DELETE FROM dead_letters WHERE run = ?", [letter.run.text])
        gone += 1
      }
      return gone
    }
  }

  private func decode(_ columns: inout ColumnReader, in database: Database) throws -> DeadLetter {
    let diedAt = try columns.time()
    let redrivenAs = try columns.optionalID(Run.self)
    return DeadLetter(
      run: try Run(&columns, definitions: connection.definitions, in: database), diedAt: diedAt, redrivenAs: redrivenAs)
  }
}
