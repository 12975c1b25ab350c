import Foundation
import GRDB
import Model
import Store

struct SQLiteIdempotencyStore: IdempotencyStore {
  let connection: StoreConnection

  /// How many claims that have run out each new one clears away: more than one, so that they become fewer.
  private static let clearedAtOnce = 20

  private static let isClaim = "instance = ? AND hook = ? AND caller = ? AND key = ?"

  func find(_ claim: IdempotencyClaim, at time: Timestamp) async throws -> IdempotencyRecord? {
    try await connection.read { database in
      try database.rows(
        "SELECT run, fingerprint FROM idempotency_claims WHERE \(Self.isClaim) AND expires_at > ?",
        Self.place(claim) + [time.microseconds]
      ) { IdempotencyRecord(run: try $0.id(), fingerprint: try $0.bytes()) }.first
    }
  }

  func enqueue(
    _ run: Run, _ bodies: RunBodies, under claim: IdempotencyClaim, at time: Timestamp, most: Int
  ) async throws -> Run {
    guard !run.status.isFinal else {
      throw Problem(.invalid, "a run that ended is recorded, not queued", field: "status")
    }
    let row = EncodedRun(run, definition: try await connection.definitions.key(of: run.definition))
    let bodies = EncodedBodies(bodies)
    return try await connection.write(bytes: row.bytes + bodies.bytes + 512) { database in
      try Self.clear(claim, at: time, in: database)
      try Self.insert(claim, run.id, most: most, in: database)
      let stored = try row.insertAsked(into: database)
      try bodies.insert(of: stored, into: database)
      return stored
    }
  }

  private static func clear(_ claim: IdempotencyClaim, at time: Timestamp, in database: Database) throws {
    try database.run(
      """
      DELETE FROM idempotency_claims WHERE (instance, hook, caller, key) IN (
        SELECT instance, hook, caller, key FROM idempotency_claims WHERE instance = ? AND expires_at <= ?
        ORDER BY expires_at LIMIT ?)
      """, [claim.instance.text, time.microseconds, clearedAtOnce])
    try database.run(
      "DELETE FROM idempotency_claims WHERE \(isClaim) AND (expires_at <= ? OR run = ?)",
      place(claim) + [time.microseconds, claim.replacing?.text])
  }

  private static func insert(
    _ claim: IdempotencyClaim, _ run: ID<Run>, most: Int, in database: Database
  ) throws {
    let other: String? = try database.value("SELECT run FROM idempotency_claims WHERE \(isClaim)", place(claim))
    guard other == nil else {
      throw Problem(.conflict, "another request has this key", field: IdempotencyClaim.field)
    }
    let count: Int? = try database.value(
      "SELECT claims FROM idempotency_counts WHERE instance = ?", [claim.instance.text])
    guard (count ?? 0) < most else {
      throw Problem(
        .tooMany, "the instance remembers \(most) keys, which is the most", field: IdempotencyClaim.field,
        hint: "they are forgotten a day after their first use", retryAfterSeconds: 60)
    }
    try database.run(
      """
      INSERT INTO idempotency_claims (instance, hook, caller, key, fingerprint, run, expires_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """, place(claim) + [Data(claim.fingerprint), run.text, claim.expiresAt.microseconds])
  }

  private static func place(_ claim: IdempotencyClaim) -> [(any DatabaseValueConvertible)?] {
    [claim.instance.text, claim.hook.text, claim.caller, claim.key]
  }
}
