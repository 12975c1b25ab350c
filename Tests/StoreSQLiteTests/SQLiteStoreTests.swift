import Foundation
import GRDB
import Model
import Store
import Testing

@testable import StoreSQLite

@Suite struct SQLiteStoreTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func whatIsWrittenIsThereAfterAReopen() async throws {
    let time = Timestamp(microseconds: 1)
    let first = try SQLiteStore(path: folder.store)
    let instance = try await first.instances.create(name: "main", at: time)
    let hook = try await first.hooks.deploy(
      instance: instance.id, name: "hello",
      bundle: Bundle(hash: String(repeating: "a", count: 64), size: 1, fileCount: 1),
      definition: HookDefinition(runtime: "bash", entry: "hello.sh"), origin: "folder", at: time
    ).hook
    let run = try await first.runs.enqueue(
      Run(
        id: ID(at: time), instance: instance.id, hook: hook.id, hookName: hook.name,
        bundleHash: hook.version.bundle.hash, definition: hook.version.definition, cause: RunCause(kind: .http),
        isAsynchronous: true, queuedAt: time), RunBodies(payload: ["a": 1]))
    try await first.close()

    let second = try SQLiteStore(path: folder.store)
    #expect(try await second.instances.list() == [instance])
    #expect(try await second.hooks.list(instance: instance.id) == [hook])
    let waiting = try await second.runs.queued(limit: 10)
    #expect(waiting.map(\.run) == [run])
    #expect(waiting.map(\.bodies) == [RunBodies(payload: ["a": 1])])
    try await second.close()
  }

  @Test func everyCommitReachesTheDisk() async throws {
    let store = try SQLiteStore(path: folder.store)
    let settings = try await store.connection.queue.write { database in
      [
        try String.fetchOne(database, sql: "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous"),
        try String.fetchOne(database, sql: "PRAGMA journal_mode"),
        try String.fetchOne(database, sql: "SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys"),
      ]
    }
    #expect(settings == ["2", "wal", "1"])
    try await store.close()
  }

  @Test func onlyTheOwnerCanReadItsFiles() async throws {
    let store = try SQLiteStore(path: folder.store)
    _ = try await store.instances.create(name: "main", at: Timestamp(microseconds: 1))
    for suffix in ["", "-wal", "-shm"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: folder.store + suffix)
      #expect(attributes[.posixPermissions] as? Int == 0o600, "of the file with suffix \"\(suffix)\"")
    }
    try await store.close()
  }

  @Test func aStoreOfANewerVersionIsRefused() async throws {
    let store = try SQLiteStore(path: folder.store)
    try await store.connection.queue.write { database in
      try database.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('999-future')")
    }
    try await store.close()
    let problem = #expect(throws: Problem.self) { try SQLiteStore(path: folder.store) }
    #expect(problem?.code == .unavailable)
    #expect(problem?.hint == "upgrade grapnel")
  }

  @Test func aFileThatIsNoStoreIsRefusedAndKept() throws {
    let text = Data(String(repeating: "not a database\n", count: 1000).utf8)
    try text.write(to: URL(fileURLWithPath: folder.store))
    let problem = #expect(throws: Problem.self) { try SQLiteStore(path: folder.store) }
    #expect(problem?.message.contains("damaged") == true)
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.store)) == text)
  }

  @Test func aMissingFolderIsNamed() {
    let problem = #expect(throws: Problem.self) { try SQLiteStore(path: folder.path + "/none/grapnel.db") }
    #expect(problem?.code == .unavailable)
    #expect(problem?.file == folder.path + "/none/grapnel.db")
  }

  @Test func aClosedStoreSaysSo() async throws {
    let store = try SQLiteStore(path: folder.store)
    try await store.close()
    try await store.close()
    await #expect(throws: Problem.storeIsClosed) {
      try await store.instances.create(name: "main", at: Timestamp(microseconds: 1))
    }
    await #expect(throws: Problem.storeIsClosed) { try await store.instances.list() }
  }

  @Test func twoServersShareAStore() async throws {
    let time = Timestamp(microseconds: 1)
    let stores = [try SQLiteStore(path: folder.store), try SQLiteStore(path: folder.store)]
    let instance = try await stores[0].instances.create(name: "main", at: time)
    let serials = try await withThrowingTaskGroup(of: Int64.self) { group in
      for number in 0..<100 {
        group.addTask {
          let run = Run(
            id: ID(at: time), instance: instance.id, hook: nil, hookName: nil, bundleHash: "",
            definition: HookDefinition(runtime: "bash", entry: "\(number % 3).sh"), cause: RunCause(kind: .manual),
            queuedAt: time)
          return try await stores[number % 2].runs.enqueue(run, RunBodies()).serial
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(serials.sorted() == Array(1...100))
    let filter = RunFilter(instance: instance.id)
    #expect(try await stores[0].runs.list(filter, cursor: nil, limit: 1000).items.count == 100)
    for store in stores { try await store.close() }
  }

  @Test func theSchemaHasNoDeferredReferences() async throws {
    // One of those would fail at the commit, and so fail the changes of others.
    let store = try SQLiteStore(path: folder.store)
    let schema = try await store.connection.read { database in
      try String.fetchAll(database, sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    }
    #expect(!schema.isEmpty)
    #expect(!schema.contains { $0.uppercased().contains("DEFERRED") })
    try await store.close()
  }

  @Test func listsAndClaimsUseIndexes() async throws {
    let store = try SQLiteStore(path: folder.store)
    let plans = try await store.connection.read { database in
      try [
        "SELECT * FROM runs WHERE instance = ? ORDER BY queued_at DESC, serial DESC LIMIT 9",
        "SELECT * FROM runs WHERE instance = ? AND hook_name = ? ORDER BY queued_at DESC, serial DESC LIMIT 9",
        "SELECT * FROM runs WHERE instance = ? AND status = ? ORDER BY queued_at DESC, serial DESC LIMIT 9",
        "SELECT * FROM runs WHERE status = 'queued' AND is_async = 1 ORDER BY queued_at, id LIMIT 9",
        "SELECT * FROM runs WHERE host = ? AND status IN ('queued', 'starting', 'running') AND status <> 'queued'",
        "SELECT * FROM logs WHERE instance = ? AND sequence > ? ORDER BY sequence LIMIT 9",
        "SELECT * FROM logs WHERE instance = ? AND hook_name = ? ORDER BY sequence DESC LIMIT 9",
        "SELECT * FROM logs WHERE run = ? AND instance = ? ORDER BY sequence LIMIT 9",
        "SELECT sequence FROM logs WHERE hook = ? LIMIT 9",
      ].map { sql in
        let count = sql.filter { $0 == "?" }.count
        return try Row.fetchAll(
          database, sql: "EXPLAIN QUERY PLAN " + sql, arguments: StatementArguments(Array(repeating: "x", count: count))
        ).map { $0["detail"] as String }.joined(separator: "; ")
      }
    }
    for plan in plans {
      #expect(plan.contains("USING INDEX") || plan.contains("USING COVERING INDEX"), "\(plan)")
      #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
    }
    try await store.close()
  }
}
