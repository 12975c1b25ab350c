import Foundation
import GRDB
import Model
import Store
import Testing

@testable import StoreSQLite

@Suite struct RetentionTests {
  private let folder: TemporaryFolder
  private let epoch = Timestamp(microseconds: 1_700_000_000_000_000)

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Ended runs with a kilobyte of output each and two messages, many in one change as a busy server makes them.
  private func fill(_ store: SQLiteStore, _ instance: Instance, _ count: Int, from first: Int = 0) async throws {
    let definition = HookDefinition(runtime: "bash", entry: "main.sh")
    let key = try await store.connection.definitions.key(of: definition)
    let bodies = EncodedBodies(RunBodies(output: Array(repeating: 120, count: 1024)))
    for start in stride(from: first, to: first + count, by: 5000) {
      try await store.connection.write { [epoch] database in
        for number in start..<min(start + 5000, first + count) {
          let time = epoch + .seconds(number)
          let run = Run(
            id: ID(at: time), instance: instance.id, hook: nil, hookName: "hello", bundleHash: "b",
            definition: definition, cause: RunCause(kind: .http), status: .succeeded, queuedAt: time, startedAt: time,
            endedAt: time + .seconds(1))
          let stored = try EncodedRun(run, definition: key).insert(into: database)
          try bodies.insert(of: stored, into: database)
          for text in ["one", "two"] {
            _ = try database.append(
              EncodedLogEntry(
                LogEntry(
                  instance: instance.id, hook: nil, hookName: "hello", run: run.id, time: time, level: .info,
                  stream: .stderr, value: .json(.string(text)))))
          }
        }
      }
    }
  }

  private func pages(_ store: SQLiteStore) async throws -> Int {
    try await store.connection.pool.write { database in
      _ = try? database.checkpoint(.passive)
      return try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
    }
  }

  /// What `usage` says, and what there is.
  private func books(_ store: SQLiteStore) async throws -> (said: [[Int64]], counted: [[Int64]]) {
    try await store.connection.read { database in
      let read = { (sql: String) in
        try Row.fetchAll(database, sql: sql).map { [$0[0] as Int64, $0[1] as Int64] }
      }
      return (
        try read("SELECT count, bytes FROM usage ORDER BY kind, instance"),
        try read(
          """
          SELECT COUNT(*), COALESCE(SUM(256 + LENGTH(CAST(COALESCE(json, bytes) AS BLOB))), 0) FROM logs
          UNION ALL SELECT COUNT(*), COALESCE(SUM(512 + LENGTH(input) + LENGTH(output) + LENGTH(error_output)
            + COALESCE(LENGTH(payload), 0) + COALESCE(LENGTH(result), 0)), 0) FROM run_bodies
          """)
      )
    }
  }

  @Test func aHundredThousandRowsStayWithinTheirBoundsAndTheFileIsUsedAgain() async throws {
    let store = try SQLiteStore(path: folder.store)
    let instance = try await store.instances.create(name: "main", at: epoch)
    try await fill(store, instance, 35_000)
    let (said, counted) = try await books(store)
    #expect(said == counted)
    #expect(counted[1][0] == 35_000 && counted[0][0] == 70_000)
    let full = try await pages(store)
    let prune = {
      while try await store.runs.prune(instance: instance.id, count: 5000, bytes: nil, limit: 500) > 0 {}
      while try await store.logs.prune(instance: instance.id, count: 10_000, bytes: nil, limit: 500) > 0 {}
      try await store.tidy()
    }
    try await prune()
    #expect(try await books(store).said == books(store).counted)
    #expect(try await books(store).counted.map { $0[0] } == [10_000, 5000])
    let (oldest, bodies) = try await store.connection.read { database in
      (
        try Int64.fetchOne(database, sql: "SELECT MIN(serial) FROM runs"),
        try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM run_bodies")
      )
    }
    #expect(oldest == 30_001 && bodies == 5000)
    // As much again: it goes into the pages that were freed.
    try await fill(store, instance, 25_000, from: 35_000)
    #expect(try await pages(store) <= full)
    try await prune()
    #expect(try await books(store).counted.map { $0[0] } == [10_000, 5000])
    let check = try await store.connection.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
    #expect(check == "ok")
    try await store.close()
  }

  /// What is pruned is given back to the disk in steps, but for some that will be used again.
  @Test(.timeLimit(.minutes(5))) func theFileShrinks() async throws {
    var store = try SQLiteStore(path: folder.store)
    let instance = try await store.instances.create(name: "main", at: epoch)
    for number in 0..<48 {
      let time = epoch + .seconds(number)
      let run = Run(
        id: ID(at: time), instance: instance.id, hook: nil, hookName: nil, bundleHash: "b",
        definition: HookDefinition(runtime: "bash", entry: "a"), cause: RunCause(kind: .http), status: .succeeded,
        queuedAt: time, endedAt: time)
      _ = try await store.runs.record(run, RunBodies(output: Array(repeating: 1, count: 1 << 20)), logs: [])
    }
    let full = try await pages(store)
    while try await store.runs.prune(instance: instance.id, count: 1, bytes: nil, limit: 500) > 0 {}
    let pruned = try await pages(store)
    #expect(pruned == full, "pruning alone frees nothing")
    #expect(try await store.tidy(), "one step is not all")
    // The map of where pages are pointed to from shrinks with them.
    #expect((full - 520...full - 512).contains(try await pages(store)))
    while try await store.tidy() {}
    let left = try await pages(store)
    #expect(full > 12_000 && left < 4096 + 1000, "\(left) of \(full) pages are left")
    // The file has no more than its pages, as soon as nobody else copies the log.
    while try FileManager.default.attributesOfItem(atPath: folder.store)[.size] as? Int != left * 4096 {
      _ = try await store.tidy()
      await Task.yield()
    }
    try await store.close()
    // It is a property of the file.
    store = try SQLiteStore(path: folder.store)
    let (mode, check) = try await store.connection.read { database in
      (
        try Int.fetchOne(database, sql: "PRAGMA auto_vacuum"),
        try String.fetchOne(database, sql: "PRAGMA integrity_check")
      )
    }
    #expect(mode == 2 && check == "ok")
    try await store.close()
  }

  @Test func aFileOfAnEarlierVersionStaysAsItIs() async throws {
    let pool = try DatabasePool(path: folder.store)
    try await pool.write { try $0.execute(sql: "CREATE TABLE something (a)") }
    try pool.close()
    let store = try SQLiteStore(path: folder.store)
    #expect(try await store.connection.read { try Int.fetchOne($0, sql: "PRAGMA auto_vacuum") } == 0)
    #expect(!(try await store.tidy()))
    try await store.close()
  }

  @Test func aChangeDeletesNoMoreBytesThanOthersCanWaitFor() async throws {
    let store = try SQLiteStore(path: folder.store)
    let instance = try await store.instances.create(name: "main", at: epoch)
    for number in 0..<12 {
      let time = epoch + .seconds(number)
      let run = Run(
        id: ID(at: time), instance: instance.id, hook: nil, hookName: nil, bundleHash: "b",
        definition: HookDefinition(runtime: "bash", entry: "a"), cause: RunCause(kind: .http), status: .succeeded,
        queuedAt: time, endedAt: time)
      _ = try await store.runs.record(run, RunBodies(output: Array(repeating: 1, count: 3 << 20)), logs: [])
    }
    // 16 MiB are reached with the sixth.
    #expect(try await store.runs.prune(instance: instance.id, count: 1, bytes: nil, limit: 100) == 6)
    #expect(try await store.runs.prune(endedBefore: epoch + .seconds(60), limit: 100) == 6)
    try await store.close()
  }

  @Test func anOlderStoreLearnsWhatItHolds() async throws {
    let pool = try DatabasePool(path: folder.store)
    let steps: [any Migration.Type] = [
      Migration001Tenants.self, Migration002Hooks.self, Migration003Runs.self, Migration004Logs.self,
      Migration005Access.self, Migration006Content.self,
    ]
    var older = DatabaseMigrator()
    for step in steps {
      let sql = step.sql
      older.registerMigration(step.name) { try $0.execute(sql: sql) }
    }
    try older.migrate(pool)
    try await pool.write { database in
      try database.execute(
        sql: """
          INSERT INTO instances VALUES ('i', 1, 'main', '', 0);
          INSERT INTO definitions VALUES (1, '{}');
          INSERT INTO runs (id, instance, serial, bundle, definition, cause, status, is_async, attempt, queued_at,
            cpu_us, peak_memory, bytes_in, bytes_out) VALUES ('r', 'i', 1, 'b', 1, 'http', 'queued', 0, 0, 0, 0, 0, 0, 0);
          INSERT INTO run_bodies VALUES ('r', NULL, x'0102', 0, x'030405', 0, x'', 0, NULL, NULL);
          INSERT INTO logs (instance, time, level, stream, json) VALUES ('i', 0, 'info', 'log', '"é"');
          """)
    }
    try pool.close()
    let store = try SQLiteStore(path: folder.store)
    let (said, counted) = try await books(store)
    #expect(said == [[1, 260], [1, 517]] && counted == said)
    try await store.close()
  }

  /// A server that dies while it prunes has lost what was pruned and nothing else.
  @Test func aKillDuringPruningLosesNoMoreThanWasPruned() async throws {
    let total = 400
    for _ in 0..<5 {
      let folder = try TemporaryFolder()
      let writer = try CrashWriterProcess(store: folder.store, runs: total, pruning: 7)
      let lines = writer.ids(killingAfter: total + .random(in: 1...30))
      let made = lines.filter { !$0.hasPrefix("-") }
      let pruned = lines.compactMap { $0.hasPrefix("-") ? Int($0.dropFirst()) : nil }.reduce(0, +)
      #expect(made.count == total)
      let store = try SQLiteStore(path: folder.store)
      let (left, oldest, waiting, check) = try await store.connection.read { database in
        (
          try String.fetchSet(database, sql: "SELECT r.id FROM runs r JOIN run_bodies b ON b.run = r.id"),
          try Int.fetchOne(database, sql: "SELECT MIN(serial) FROM runs WHERE status = 'succeeded'") ?? total + 1,
          try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM runs WHERE status = 'queued'"),
          try String.fetchOne(database, sql: "PRAGMA integrity_check")
        )
      }
      #expect(check == "ok")
      #expect(waiting == total / 10, "what has not ended stays")
      // The change that was under way may be there, without anybody having heard of it.
      let gone = total - left.count
      #expect(gone >= pruned && gone <= pruned + 7)
      #expect(gone > 0)
      #expect(try await books(store).said.last == books(store).counted.last)
      #expect(oldest > gone, "the oldest went first")
      try await store.close()
    }
  }
}
