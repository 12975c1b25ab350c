import GRDB
import Model
import Store

extension SQLiteScheduleStore {
  func note(silent: [ID<Schedule>: Timestamp], resumed: [ID<Schedule>], at time: Timestamp) async throws {
    guard !silent.isEmpty || !resumed.isEmpty else { return }
    let longestFirst = silent.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    try await connection.write(bytes: 64 * (silent.count + resumed.count)) { database in
      for (id, since) in longestFirst {
        let count = try database.run(
          """
          UPDATE schedules SET silent_since = ?, revision = revision + 1
          WHERE id = ? AND silent_since IS NULL AND is_enabled = 1
          """, [since.microseconds, id.text])
        guard count == 1 else { continue }
        try append("schedule.silent", to: id, since: since, at: time, in: database)
      }
      for id in resumed {
        let since: Int64? = try database.value("SELECT silent_since FROM schedules WHERE id = ?", [id.text])
        guard let since else { continue }
        try database.run(
          "UPDATE schedules SET silent_since = NULL, revision = revision + 1 WHERE id = ?", [id.text])
        try append("schedule.resumed", to: id, since: Timestamp(microseconds: since), at: time, in: database)
      }
    }
  }

  private func append(
    _ kind: String, to id: ID<Schedule>, since: Timestamp, at time: Timestamp, in database: Database
  ) throws {
    guard let schedule = try database.schedule(id) else { return }
    try database.append(kind, to: schedule, by: "host", at: time, ["since": .string(since.rfc3339)])
  }
}
