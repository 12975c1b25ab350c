import Foundation
import GRDB
import Model
import Store
import Testing

@testable import StoreSQLite

/// What a removed instance leaves behind, in every table there is.
@Suite struct RemovalTests {
  private let folder: TemporaryFolder
  private let epoch = Timestamp(microseconds: 1_700_000_000_000_000)

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A table that is added and not cleared fails here, once something of an instance can be in it.
  @Test func noTableKeepsARowOfIt() async throws {
    var store = try SQLiteStore(path: folder.store)
    let instance = try await store.instances.create(name: "shop", at: epoch)
    let filled = try await fill(store, instance.id)
    #expect(filled.count >= 13 && filled.contains("schedules"), "every table with an instance has a row: \(filled)")
    _ = try await store.instances.remove(instance.id, by: "host", at: epoch)
    _ = try await store.instances.clear(instance.id, limit: 1)
    // A server that dies in the middle goes on where it was.
    try await store.close()
    store = try SQLiteStore(path: folder.store)
    #expect(try await store.instances.removed() == [instance.id])
    while try await store.instances.clear(instance.id, limit: 1) > 0 {}
    #expect(try await store.instances.removed().isEmpty)
    #expect(try await rows(store, instance.id) == ["hooks"], "hooks keep their ids, nothing else")
    let (kept, versions) = try await store.connection.read { database in
      (
        try String.fetchAll(database, sql: "SELECT name FROM hooks UNION ALL SELECT name FROM instances"),
        try Int.fetchOne(
          database,
          sql: "SELECT (SELECT COUNT(*) FROM hook_versions) + (SELECT COUNT(*) FROM former_names)"
            + " + (SELECT COUNT(*) FROM schedule_definitions) + (SELECT COUNT(*) FROM schedule_changes)")
      )
    }
    #expect(kept == ["", "#\(instance.id)"] && versions == 0)
    let check = try await store.connection.read { try String.fetchAll($0, sql: "PRAGMA foreign_key_check") }
    #expect(check.isEmpty)
    try await store.close()
  }

  /// Nobody waits while a large instance goes: each step is bounded, by rows and by bytes.
  @Test func stepsAreBoundedInBytes() async throws {
    let store = try SQLiteStore(path: folder.store)
    let instance = try await store.instances.create(name: "shop", at: epoch)
    for number in 0..<12 {
      let time = epoch + .seconds(number)
      let run = Run(
        id: ID(at: time), instance: instance.id, hook: nil, hookName: nil, bundleHash: "b",
        definition: HookDefinition(runtime: "bash", entry: "a"), cause: RunCause(kind: .http), status: .succeeded,
        queuedAt: time, endedAt: time)
      _ = try await store.runs.record(run, RunBodies(output: Array(repeating: 1, count: 3 << 20)), logs: [])
    }
    _ = try await store.instances.remove(instance.id, by: "host", at: epoch)
    #expect(try await store.instances.clear(instance.id, limit: 100) == 6)
    try await store.close()
  }

  /// Puts one row with that instance into each table that has one.
  private func fill(_ store: SQLiteStore, _ instance: ID<Instance>) async throws -> [String] {
    let definition = HookDefinition(runtime: "bash", entry: "main.sh")
    let deployment = Deployment(
      instance: instance, name: "hello", bundle: Bundle(hash: "b", size: 1, fileCount: 1), definition: definition,
      origin: .folder, actor: "folder")
    guard let hook = try await store.hooks.deployFromFolder(deployment, at: epoch).hook else { return [] }
    _ = try await store.hooks.update(hook.id, enabled: nil, name: "bye", expected: nil, by: "host", at: epoch)
    let run = Run(
      id: ID(at: epoch), instance: instance, hook: hook.id, hookName: "bye", bundleHash: "b", definition: definition,
      cause: RunCause(kind: .http), status: .failed, queuedAt: epoch, endedAt: epoch)
    let entry = LogEntry(
      instance: instance, hook: hook.id, hookName: "bye", run: run.id, time: epoch, level: .info, stream: .log,
      value: .json("x"))
    _ = try await store.runs.record(run, RunBodies(), logs: [entry], aftermath: RunAftermath(isDeadLetter: true))
    var waiting = run
    waiting.id = ID(at: epoch)
    (waiting.status, waiting.endedAt) = (.queued, nil)
    let claim = IdempotencyClaim(
      instance: instance, hook: hook.id, caller: "c", key: "k", fingerprint: [1], expiresAt: epoch)
    _ = try await store.idempotency.enqueue(waiting, RunBodies(), under: claim, at: epoch, most: 1)
    let key = Key(id: ID(at: epoch), instance: instance, name: "k", role: .admin, prefix: "g", createdAt: epoch)
    try await store.keys.insert(StoredKey(key: key, hash: [1]), by: "host")
    for place in [nil, hook.id] {
      try await store.variables.set(
        Variable(instance: instance, hook: place, kind: .env, name: "A", value: .plain("x"), updatedAt: epoch),
        by: "host")
    }
    _ = try await store.schedules.add(
      Schedule(
        id: ID(at: epoch), instance: instance, hook: hook.id, hookName: "bye", name: "s",
        definition: ScheduleDefinition(rule: ScheduleRule(.at("2030-01-01T00:00:00Z"))), createdAt: epoch,
        updatedAt: epoch, state: ScheduleState(decidedThrough: epoch, due: epoch)), most: 1, by: "host", at: epoch)
    try await store.metrics.add([RunPeriod(instance: instance, hookName: "bye", start: epoch, figures: RunFigures())])
    try await store.connection.write { database in
      try database.run("INSERT INTO blobs VALUES ('b', 1, 0)", [])
      try database.run(
        "INSERT INTO files VALUES ('f', ?, 1, 'a.txt', 'b', 'text/plain', '{}', 0, 0)", [instance.text])
    }
    return try await rows(store, instance)
  }

  /// The tables that have a row of an instance.
  private func rows(_ store: SQLiteStore, _ instance: ID<Instance>) async throws -> [String] {
    try await store.connection.read { database in
      var found: [String] = []
      let tables = try String.fetchAll(
        database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
      for table in tables {
        let columns = try database.columns(in: table).map(\.name)
        for column in ["instance", "scope"] where columns.contains(column) {
          let count = try Int.fetchOne(
            database, sql: "SELECT COUNT(*) FROM \(table) WHERE \(column) = ?", arguments: [instance.text])
          if count ?? 0 > 0, !found.contains(table) { found.append(table) }
        }
      }
      return found
    }
  }
}
