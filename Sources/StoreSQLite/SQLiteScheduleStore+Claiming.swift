import GRDB
import Model
import Store

extension SQLiteScheduleStore {
  func claim(_ claims: [SlotClaim], at time: Timestamp) async throws -> [SlotClaimResult] {
    guard !claims.isEmpty else { return [] }
    var encoded: [EncodedClaim] = []
    for claim in claims { encoded.append(try await EncodedClaim(claim, definitions: connection.definitions)) }
    let bytes = encoded.reduce(0) { $0 + $1.bytes }
    let (results, counts) = try await connection.write(bytes: bytes) { [encoded] database in
      var writer = SlotWriter(at: time, queued: queued, in: database)
      let results = try encoded.map { try writer.write($0) }
      try writer.finish()
      return (results, writer.counts)
    }
    queued.note(counts)
    return results
  }

  func rewind(to time: Timestamp) async throws -> Int {
    let condition = "decided_through > ?"
    // Usually there are none, which is found without holding up writers.
    let isNeeded: Int? = try await connection.read { database in
      try database.value("SELECT 1 FROM schedules WHERE \(condition) LIMIT 1", [time.microseconds])
    }
    guard isNeeded != nil else { return 0 }
    return try await connection.write { database in
      try database.noteChanges(where: "\(condition) AND is_enabled = 1", time.microseconds)
      return try database.run(
        """
        UPDATE schedules SET
          decided_through = ?1, due = CASE WHEN is_enabled = 1 THEN ?1 END, revision = revision + 1
        WHERE decided_through > ?1
        """, [time.microseconds])
    }
  }
}
