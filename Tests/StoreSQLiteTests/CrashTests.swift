import Foundation
import GRDB
import Model
import Store
import Testing

@testable import StoreSQLite

/// What was acknowledged survives `kill -9` at any moment.
@Suite struct CrashTests {
  @Test func everyAcknowledgedRunIsThereAfterTwentyKills() async throws {
    let folder = try TemporaryFolder()
    var acknowledged: [String] = []
    for _ in 0..<20 {
      let writer = try CrashWriterProcess(store: folder.store, runs: 1_000_000)
      acknowledged += writer.ids(killingAfter: .random(in: 1...300))
      let store = try SQLiteStore(path: folder.store)
      let (stored, highest, check) = try await store.connection.read { database in
        (
          try String.fetchSet(database, sql: "SELECT r.id FROM runs r JOIN run_bodies b ON b.run = r.id"),
          try Int.fetchOne(database, sql: "SELECT MAX(serial) FROM runs"),
          try String.fetchOne(database, sql: "PRAGMA integrity_check")
        )
      }
      #expect(check == "ok")
      #expect(stored.isSuperset(of: acknowledged))
      #expect(highest == stored.count, "serial numbers have no gaps")
      try await store.close()
    }
    #expect(Set(acknowledged).count == acknowledged.count)
    #expect(acknowledged.count >= 20)
  }

  @Test func everySlotHasOneRunAfterTwentyKills() async throws {
    let folder = try TemporaryFolder()
    var acknowledged: [String] = []
    for _ in 0..<20 {
      let writer = try CrashWriterProcess(store: folder.store, runs: 1_000_000, slots: true)
      acknowledged += writer.ids(killingAfter: .random(in: 1...300))
      let store = try SQLiteStore(path: folder.store)
      let (stored, highest, wrong, check) = try await store.connection.read { database in
        (
          try String.fetchAll(
            database, sql: "SELECT cause_schedule || ' ' || slot FROM runs r JOIN run_bodies b ON b.run = r.id"),
          try Int.fetchOne(database, sql: "SELECT MAX(serial) FROM runs") ?? 0,
          // Each second up to where it has come has its run, and its state says so.
          try Int.fetchOne(
            database,
            sql: """
              SELECT COUNT(*) FROM schedules s LEFT JOIN (
                SELECT cause_schedule, COUNT(*) AS runs, MAX(slot) AS last FROM runs GROUP BY cause_schedule
              ) ON cause_schedule = s.id
              WHERE fired <> COALESCE(runs, 0) OR decided_through <> COALESCE(last, created_at)
                OR decided_through - created_at <> fired * 1000000 OR revision <> 1 + fired / 2
              """),
          try String.fetchOne(database, sql: "PRAGMA integrity_check")
        )
      }
      #expect(check == "ok")
      #expect(Set(stored).count == stored.count && Set(stored).isSuperset(of: acknowledged))
      #expect(wrong == 0)
      #expect(highest == stored.count, "serial numbers have no gaps")
      try await store.close()
    }
    #expect(Set(acknowledged).count == acknowledged.count)
    #expect(acknowledged.count >= 20)
  }
}
