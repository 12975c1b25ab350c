import Foundation
import GRDB
import Model
import Store
import Testing

@testable import StoreSQLite

/// What the suite of all stores cannot see of schedules.
@Suite struct ScheduleTableTests {
  private let folder: TemporaryFolder
  private let epoch = Timestamp(microseconds: 1_700_000_000_000_000)

  init() throws {
    folder = try TemporaryFolder()
  }

  private func explain(
    _ sql: String, _ arguments: [(any DatabaseValueConvertible & Sendable)?]? = nil, in store: SQLiteStore
  ) async throws -> String {
    try await store.connection.read { database in
      let values = arguments ?? Array(repeating: "x", count: sql.filter { $0 == "?" }.count)
      return try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + sql, arguments: StatementArguments(values))
        .map { $0["detail"] as String }.joined(separator: "; ")
    }
  }

  @Test func listsOfASchedulesRunsUseItsIndex() async throws {
    let store = try SQLiteStore(path: folder.store)
    let id = ID<Schedule>(at: epoch)
    var filter = RunFilter(instance: ID(at: epoch), schedule: id)
    let cursor = RunCursor(queuedAt: epoch, serial: 7).text
    for status in [nil, RunStatus.running] {
      filter.status = status
      for since in [nil, epoch] {
        filter.since = since
        for cursor in [nil, cursor] {
          let (sql, arguments) = try SQLiteRunStore.query(filter, cursor: cursor, limit: 9)
          let plan = try await explain(sql, arguments, in: store)
          #expect(plan.contains("INDEX runs_by_schedule "), "\(plan)")
          #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
        }
      }
    }
    try await store.close()
  }

  @Test func listsOfSchedulesUseIndexes() async throws {
    let store = try SQLiteStore(path: folder.store)
    let instance = ID<Instance>(at: epoch)
    for (filter, index) in [
      (ScheduleFilter(instance: instance), "INDEX sqlite_autoindex_schedules_3 "),
      (ScheduleFilter(instance: instance, isEnabled: false), "INDEX sqlite_autoindex_schedules_3 "),
      (ScheduleFilter(instance: instance, hook: ID(at: epoch)), "INDEX schedules_by_hook "),
      (ScheduleFilter(instance: instance, isSilent: true), "INDEX schedules_silent "),
    ] {
      let (sql, arguments) = SQLiteScheduleStore.query(filter, after: 7, limit: 9)
      let plan = try await explain(sql, arguments, in: store)
      #expect(plan.contains(index), "\(plan)")
      #expect(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN"), "\(plan)")
    }
    try await store.close()
  }

  @Test func whatEveryClaimAsksIsFoundByAnIndex() async throws {
    let store = try SQLiteStore(path: folder.store)
    for (sql, index) in [
      ("SELECT id FROM runs WHERE \(SQLiteScheduleStore.unended) LIMIT 1", "INDEX runs_unfinished_by_schedule "),
      (SlotWriter.runOfSlot, "INDEX runs_by_slot "),
      ("SELECT 1 FROM runs WHERE hook = ? AND status = 'queued' LIMIT 9", "INDEX runs_queued_by_hook "),
    ] {
      let plan = try await explain(sql, in: store)
      #expect(plan.contains(index), "\(plan)")
    }
    try await store.close()
  }

  /// It is the one key that makes the run of a slot one, whatever the code above it believes.
  @Test func theDatabaseItselfAdmitsOneRunOfASlot() async throws {
    let store = try SQLiteStore(path: folder.store)
    let instance = try await store.instances.create(name: "main", at: epoch)
    func run(_ change: (inout Run) -> Void = { _ in }) -> Run {
      var run = Run(
        id: ID(at: epoch), instance: instance.id, hook: nil, hookName: nil, bundleHash: "b",
        definition: HookDefinition(runtime: "bash", entry: "a"),
        cause: RunCause(kind: .schedule, schedule: ID(at: epoch), slot: epoch), queuedAt: epoch)
      change(&run)
      return run
    }
    let first = run()
    _ = try await store.runs.enqueue(first, RunBodies())
    let second = run { $0.cause = first.cause }
    await #expect(throws: Problem.self) { try await store.runs.enqueue(second, RunBodies()) }
    _ = try await store.runs.enqueue(run { ($0.cause, $0.retryOf) = (first.cause, first.id) }, RunBodies())
    _ = try await store.runs.enqueue(run(), RunBodies())
    try await store.close()
  }

  @Test func whatHooksDeclareIsBoundedToo() async throws {
    let store = try SQLiteStore(path: folder.store)
    let instance = try await store.instances.create(name: "main", at: epoch)
    try await store.connection.write { database in
      try database.run(
        "INSERT INTO usage (kind, instance, count, bytes) VALUES ('schedules', ?, ?, 0)",
        [instance.id.text, Schedule.mostOfInstance - 1])
    }
    let names = ["a", "b"]
    func deploy(_ count: Int) async throws {
      let declared = names.prefix(count).map {
        DeclaredSchedule(name: $0, definition: ScheduleDefinition(rule: ScheduleRule(.at("2030-01-01T00:00:00Z"))))
      }
      _ = try await store.hooks.deploy(
        instance: instance.id, name: "hello", bundle: Bundle(hash: "b\(count)", size: 1, fileCount: 1),
        definition: HookDefinition(runtime: "bash", entry: "a", schedules: declared), origin: "folder", at: epoch)
    }
    let problem = await #expect(throws: Problem.self) { try await deploy(2) }
    #expect(problem?.code == .tooMany && problem?.field == "schedules")
    #expect(try await store.hooks.list(instance: instance.id).isEmpty)
    try await deploy(1)
    await #expect(throws: Problem.self) { try await deploy(2) }
    try await deploy(0)
    try await deploy(1)
    try await store.close()
  }

  @Test func aStoreOfTheVersionBeforeIsTakenOver() async throws {
    let id = ID<Run>(at: epoch)
    let schedule = ID<Schedule>(at: epoch)
    do {
      let pool = try DatabasePool(path: folder.store)
      try DatabaseMigrator.grapnel.migrate(pool, upTo: "011-removal")
      try await pool.write { database in
        try database.execute(
          sql: """
            INSERT INTO instances (id, serial, name, created_at) VALUES (?, 1, 'main', 0);
            INSERT INTO definitions (key, json) VALUES (1, ?);
            """,
          arguments: [
            ID<Instance>(at: epoch).text,
            String(
              decoding: try JSONEncoder().encode(HookDefinition(runtime: "bash", entry: "a")), as: UTF8.self),
          ])
        try database.execute(
          sql: """
            INSERT INTO runs (id, instance, serial, bundle, definition, cause, cause_schedule, status, is_async, attempt,
              queued_at, cpu_us, peak_memory, bytes_in, bytes_out)
            SELECT ?, id, 1, 'b', 1, 'manual', ?, 'queued', 1, 0, 0, 0, 0, 0, 0 FROM instances
            """, arguments: [id.text, schedule.text])
      }
      try pool.close()
    }
    let store = try SQLiteStore(path: folder.store)
    #expect(try await store.runs.find(id)?.cause == RunCause(kind: .manual, schedule: schedule))
    #expect(try await store.schedules.hasUnendedRun(schedule))
    #expect(try await store.schedules.upcoming(after: nil, limit: 9).isEmpty)
    try await store.close()
  }
}
