import GRDB
import Model
import Store

struct SQLiteMetricStore: MetricStore {
  let connection: StoreConnection

  /// Minutes in one change, so that a long list does not hold up others.
  private static let chunk = 500

  private static let statuses: [RunStatus] = [
    .succeeded, .failed, .timedOut, .limited, .cancelled, .lost, .blocked,
  ]
  /// Columns that are added up, and those of which the largest counts.
  private static let sums =
    statuses.map(\.rawValue) + ["run_us", "wait_us", "cpu_us"]
    + (0...DurationHistogram.bounds.count).map { "took_\($0)" }
  private static let peaks = ["longest_us", "longest_wait_us", "peak_memory"]

  func add(_ periods: [RunPeriod]) async throws {
    let columns = Self.sums + Self.peaks
    let sql = """
      INSERT INTO run_minutes (instance, minute, hook_name, \(columns.joined(separator: ", ")))
      VALUES (?, ?, ?, \(columns.map { _ in "?" }.joined(separator: ", ")))
      ON CONFLICT (instance, minute, hook_name) DO UPDATE SET
        \(Self.sums.map { "\($0) = \($0) + excluded.\($0)" }.joined(separator: ", ")),
        \(Self.peaks.map { "\($0) = MAX(\($0), excluded.\($0))" }.joined(separator: ", "))
      """
    // One change after the other would leave a half behind when one of them fails; so all of them are one.
    try await connection.write(bytes: periods.count * 400) { database in
      for period in periods {
        let figures = period.figures
        let sums =
          Self.statuses.map { figures.counts[$0, default: 0] }
          + [figures.totalDuration.wholeMicroseconds, figures.totalWait.wholeMicroseconds, figures.cpuMicroseconds]
          + figures.durations.counts
        let peaks = [
          figures.longestDuration.wholeMicroseconds, figures.longestWait.wholeMicroseconds, figures.peakMemoryBytes,
        ]
        try database.run(
          sql,
          [period.instance.text, period.start.microseconds / Self.minute, period.hookName] + (sums + peaks))
      }
    }
  }

  func list(
    instance: ID<Instance>, hookName: String?, since: Timestamp, step: Duration, after: (Timestamp, String)?,
    limit: Int
  ) async throws -> [RunPeriod] {
    try Problem.validateLimit(limit)
    let minutes = step.wholeMicroseconds / Self.minute
    guard minutes >= 1, minutes * Self.minute == step.wholeMicroseconds else {
      throw Problem(.invalid, "the step cannot be used", field: "step", rule: "whole minutes, such as 5m")
    }
    // The first step that begins no earlier than `since`.
    let first = (since.microseconds / Self.minute + minutes - 1) / minutes * minutes
    let start = "minute / \(minutes) * \(minutes)"
    let sql = """
      SELECT \(start) AS start, hook_name, \(Self.sums.map { "SUM(\($0))" }.joined(separator: ", ")),
        \(Self.peaks.map { "MAX(\($0))" }.joined(separator: ", "))
      FROM run_minutes
      WHERE instance = ?1 AND minute >= ?2 AND (?3 IS NULL OR hook_name = ?3)
        AND (?4 IS NULL OR (\(start), hook_name) > (?4, ?5))
      GROUP BY start, hook_name ORDER BY start, hook_name LIMIT ?6
      """
    let from = max(first, (after?.0.microseconds ?? 0) / Self.minute)
    return try await connection.read { [after] database in
      try database.rows(
        sql,
        [
          instance.text, from, hookName, after.map { $0.0.microseconds / Self.minute }, after?.1, limit,
        ]
      ) { try Self.decode(&$0, instance: instance) }
    }
  }

  func prune(before time: Timestamp, limit: Int) async throws -> Int {
    try Problem.validateLimit(limit, most: 10_000)
    return try await connection.write { database in
      try database.run(
        """
        DELETE FROM run_minutes WHERE (instance, minute, hook_name) IN (
          SELECT instance, minute, hook_name FROM run_minutes WHERE minute < ? ORDER BY minute LIMIT ?)
        """, [time.microseconds / Self.minute, limit])
    }
  }

  /// In microseconds.
  private static let minute = RunPeriod.shortest.wholeMicroseconds

  private static func decode(_ columns: inout ColumnReader, instance: ID<Instance>) throws -> RunPeriod {
    let start = Timestamp(microseconds: try columns.next(Int64.self) * minute)
    let hookName = try columns.next(String.self)
    var figures = RunFigures()
    for status in statuses {
      let count = try columns.next(Int64.self)
      if count > 0 { figures.counts[status] = count }
    }
    figures.totalDuration = .microseconds(try columns.next(Int64.self))
    figures.totalWait = .microseconds(try columns.next(Int64.self))
    figures.cpuMicroseconds = try columns.next()
    figures.durations = DurationHistogram(
      counts: try (0...DurationHistogram.bounds.count).map { _ in try columns.next() })
    figures.longestDuration = .microseconds(try columns.next(Int64.self))
    figures.longestWait = .microseconds(try columns.next(Int64.self))
    figures.peakMemoryBytes = try columns.next()
    return RunPeriod(instance: instance, hookName: hookName, start: start, figures: figures)
  }
}
