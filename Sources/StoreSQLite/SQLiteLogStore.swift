import Foundation
import GRDB
import Model
import Store

struct SQLiteLogStore: LogStore {
  let connection: StoreConnection

  /// Entries that one change deletes at most, so that others need not wait long for their turn.
  private static let chunk = 5000

  func append(_ entries: [LogEntry]) async throws -> [LogEntry] {
    guard !entries.isEmpty else { return [] }
    let rows = entries.map(EncodedLogEntry.init)
    return try await connection.write(bytes: rows.reduce(0) { $0 + $1.bytes }) { database in
      try rows.map { try database.append($0) }
    }
  }

  func list(_ filter: LogFilter, limit: Int) async throws -> [LogEntry] {
    try Problem.validateLimit(limit)
    var conditions = ["instance = ?"]
    var arguments: [(any DatabaseValueConvertible & Sendable)?] = [filter.instance.text]
    if let name = filter.hookName {
      let (condition, values) = SQLiteRunStore.names(name, filter.formerly)
      conditions.append(condition)
      arguments += values
    }
    if let run = filter.run {
      conditions.append("run = ?")
      arguments.append(run.text)
    }
    if let after = filter.after {
      conditions.append("sequence > ?")
      arguments.append(after)
    }
    let sql = """
      SELECT sequence, instance, hook, hook_name, run, time, level, stream, json, bytes, client_address FROM logs
      WHERE \(conditions.joined(separator: " AND ")) ORDER BY sequence \(filter.newest ? "DESC" : "ASC") LIMIT ?
      """
    let entries = try await connection.read { [arguments] database in
      try database.rows(sql, arguments + [limit], Self.decode)
    }
    return filter.newest ? entries.reversed() : entries
  }

  func delete(hook: ID<Hook>) async throws -> Int {
    // What is written while this runs stays, so it ends.
    let last: Int64? = try await connection.read { database in
      try database.value("SELECT MAX(sequence) FROM logs WHERE hook = ?", [hook.text])
    }
    guard let last else { return 0 }
    var total = 0
    while true {
      let count = try await connection.write { database in
        try database.run(
          """
          DELETE FROM logs WHERE sequence IN (SELECT sequence FROM logs WHERE hook = ? AND sequence <= ? LIMIT ?)
          """, [hook.text, last, Self.chunk])
      }
      total += count
      if count < Self.chunk { return total }
    }
  }

  func prune(before time: Timestamp, limit: Int) async throws -> Int {
    try Problem.validateLimit(limit, most: 10_000)
    return try await connection.write { database in
      // Sequence numbers follow time closely: all before the first entry that is young enough may go.
      try database.run(
        """
        DELETE FROM logs WHERE sequence IN (
          SELECT sequence FROM logs
          WHERE sequence < COALESCE(
            (SELECT sequence FROM logs WHERE time >= ? ORDER BY sequence LIMIT 1), 9223372036854775807)
          ORDER BY sequence LIMIT ?)
        """, [time.microseconds, limit])
    }
  }

  func prune(instance: ID<Instance>, count: Int64?, bytes: ByteSize?, limit: Int) async throws -> Int {
    try Problem.validateLimit(limit, most: 10_000)
    return try await connection.write { database in
      let (excess, excessBytes) = try database.excess(of: "logs", instance, count: count, bytes: bytes)
      guard excess > 0 || excessBytes > 0 else { return 0 }
      return try Self.deleteOldest(of: instance, limit: limit, in: database) { gone, freed in
        gone < excess || freed < excessBytes
      }
    }
  }

  /// Deletes messages of an instance that was removed.
  ///
  /// - Returns: how many; 0 when there are none.
  static func clear(_ instance: ID<Instance>, limit: Int, in database: Database) throws -> Int {
    try deleteOldest(of: instance, limit: limit, in: database) { _, _ in true }
  }

  /// Deletes entries in order while `goesOn`, which is told how many are gone with how many bytes, and the transaction
  /// has not grown large.
  private static func deleteOldest(
    of instance: ID<Instance>, limit: Int, in database: Database, while goesOn: (Int64, Int64) -> Bool
  ) throws -> Int {
    let oldest = try database.rows(
      """
      SELECT sequence, 256 + LENGTH(CAST(COALESCE(json, bytes) AS BLOB)) FROM logs
      WHERE instance = ? ORDER BY sequence LIMIT ?
      """, [instance.text, limit]
    ) { (sequence: try $0.next(Int64.self), bytes: try $0.next(Int64.self)) }
    var last: Int64?
    var gone: Int64 = 0
    var freed: Int64 = 0
    for entry in oldest where goesOn(gone, freed) && freed < Database.largestDeletion {
      last = entry.sequence
      gone += 1
      freed += entry.bytes
    }
    guard let last else { return 0 }
    return try database.run("DELETE FROM logs WHERE instance = ? AND sequence <= ?", [instance.text, last])
  }

  private static func decode(_ columns: inout ColumnReader) throws -> LogEntry {
    let sequence = try columns.next(Int64.self)
    let instance = try columns.id(Instance.self)
    let hook = try columns.optionalID(Hook.self)
    let hookName = try columns.optional(String.self)
    let run = try columns.optionalID(Run.self)
    let time = try columns.time()
    let level = try columns.word(LogEntry.Level.self)
    let stream = try columns.word(LogEntry.Stream.self)
    let json = try columns.optionalJSON()
    let bytes = try columns.optionalBytes()
    return LogEntry(
      sequence: sequence, instance: instance, hook: hook, hookName: hookName, run: run, time: time, level: level,
      stream: stream, value: json.map { .json($0) } ?? .bytes(bytes ?? []), clientAddress: try columns.optional())
  }
}
