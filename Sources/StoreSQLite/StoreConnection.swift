import Foundation
import GRDB
import Model

/// The open database: its readers, its one writer, and what is remembered of definitions.
final class StoreConnection: Sendable {
  let pool: DatabasePool
  let queue: CommitQueue
  private let checkpointer: Checkpointer
  let definitions: DefinitionTable
  let triggers = TriggerTable()
  /// How many runs of hooks were queued when a trigger last asked.
  let triggeredRuns = QueuedRuns()
  let eventArrivals = TableArrivals(of: "events")
  let scheduleArrivals = TableArrivals(of: "schedule_changes")
  let recordArrivals = TableArrivals(of: "objects", includingUpdates: true)
  let recordBounds: RecordBounds

  init(path: String, bounds: CommitQueue.Bounds, recordBounds: RecordBounds) throws {
    self.recordBounds = recordBounds
    try Self.createFile(at: path)
    do {
      pool = try DatabasePool(path: path, configuration: Self.configuration(recordBounds.scan))
      try Self.assertDurability(of: pool)
      try Self.migrate(pool)
      checkpointer = try Checkpointer(pool)
    } catch {
      throw Problem.describing(error)
    }
    queue = CommitQueue(pool: pool, bounds: bounds)
    definitions = DefinitionTable(queue: queue)
    pool.add(transactionObserver: triggers, extent: .databaseLifetime)
    for arrivals in [eventArrivals, scheduleArrivals, recordArrivals] {
      pool.add(transactionObserver: arrivals, extent: .databaseLifetime)
    }
  }

  /// Reads one consistent state of the store, on a thread of its own.
  func read<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) async throws -> Value {
    do {
      return try await pool.read(body)
    } catch {
      throw Problem.describing(error)
    }
  }

  func write<Value: Sendable>(
    bytes: Int = 0, _ change: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await queue.write(bytes: bytes, change)
  }

  /// A change of triggers, or of what they refer to.
  func changeTriggers<Value: Sendable>(
    bytes: Int = 0, _ change: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await write(bytes: bytes) { [triggers] database in
      triggers.distrust()
      return try change(database)
    }
  }

  /// Pages that one step of `tidy` gives back at most, and those that it leaves free in any case.
  private static let (pagesGivenBack, pagesKept) = (512, 4096)

  /// Gives back some free pages, and moves the log of changes into the file. Without waiting for readers: what they still
  /// need stays in the log until the next time.
  ///
  /// - Returns: whether there is more to give back.
  func tidy() async throws -> Bool {
    do {
      return try await pool.writeWithoutTransaction { database in
        let figure = { (pragma: String) in try Int.fetchOne(database, sql: "PRAGMA \(pragma)") ?? 0 }
        var spare = 0
        if try figure("auto_vacuum") == 2 {
          spare = try figure("freelist_count") - max(Self.pagesKept, figure("page_count") / 10)
        }
        if spare > 0 {
          try database.execute(sql: "PRAGMA incremental_vacuum(\(min(spare, Self.pagesGivenBack)))")
        }
        do {
          _ = try database.checkpoint(.passive)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
          // The log is being copied beside the writer just now, with all that matters.
        }
        return spare > Self.pagesGivenBack
      }
    } catch {
      throw Problem.describing(error)
    }
  }

  func close() async throws {
    guard await queue.close() else { return }
    eventArrivals.close()
    scheduleArrivals.close()
    recordArrivals.close()
    do {
      try checkpointer.close()
      try pool.close()
    } catch {
      throw Problem.describing(error)
    }
  }

  private static func configuration(_ scan: ScanMeter.Bounds) -> Configuration {
    var configuration = Configuration()
    configuration.label = "grapnel.store"
    configuration.busyMode = .timeout(10)
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { database in
      // Only a file that has nothing in it yet can be told to give pages back; in any other it says so already or never
      // will.
      if try Int.fetchOne(database, sql: "PRAGMA page_count") == 0 {
        try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
      }
      // What undoes a change alone is kept in memory: in a file, it is more to write than the change itself.
      try database.execute(
        sql: """
          PRAGMA synchronous = FULL;
          PRAGMA trusted_schema = OFF;
          PRAGMA temp_store = MEMORY;
          PRAGMA journal_size_limit = 67108864;
          """)
      try FieldFunctions.register(in: database, bounds: scan)
    }
    return configuration
  }

  /// SQLite gives `-wal` and `-shm` the mode of the file itself, so that is made first, for its owner alone. The folder
  /// is synced, or a power cut could take the file's name away.
  private static func createFile(at path: String) throws {
    let refuse = { (action: String) in
      Problem(.unavailable, "cannot \(action): \(String(cString: strerror(errno)))", file: path)
    }
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw refuse("open the store's file") }
    defer { Foundation.close(file) }
    guard fchmod(file, 0o600) == 0 else { throw refuse("close the store's file to others") }
    guard fsync(file) == 0 else { throw refuse("sync the store's file") }
    let folderPath = (path as NSString).deletingLastPathComponent
    let folder = open(folderPath.isEmpty ? "." : folderPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw refuse("open the store's folder") }
    defer { Foundation.close(folder) }
    guard fsync(folder) == 0 else { throw refuse("sync the store's folder") }
  }

  /// GRDB sets `synchronous=NORMAL` after its own preparation of the writer, which may lose the last commits in a power
  /// cut; so it is set again here, and what SQLite says it does is believed, not what it was told.
  private static func assertDurability(of pool: DatabasePool) throws {
    try pool.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA synchronous = FULL")
      let expected = [("synchronous", "2"), ("journal_mode", "wal"), ("foreign_keys", "1")]
      for (pragma, value) in expected {
        let found = try String.fetchOne(database, sql: "SELECT CAST(\(pragma) AS TEXT) FROM pragma_\(pragma)")
        guard found == value else {
          throw Problem(
            .unavailable, "the store's \(pragma) is \(found ?? "unknown") and must be \(value)",
            hint: "keep the data folder on a local disk")
        }
      }
    }
  }

  private static func migrate(_ pool: DatabasePool) throws {
    let migrator = DatabaseMigrator.grapnel
    let isNewer = try pool.read { database in try migrator.hasBeenSuperseded(database) }
    guard !isNewer else {
      throw Problem(.unavailable, "the store was written by a newer version of grapnel", hint: "upgrade grapnel")
    }
    try migrator.migrate(pool)
  }
}
