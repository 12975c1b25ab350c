import Foundation
import GRDB
import Model
public import Store

/// The embedded store: one SQLite file in WAL mode with `synchronous=FULL`, one writer that commits in groups, many
/// readers.
public final class SQLiteStore: Store {
  public let instances: any InstanceStore
  public let hooks: any HookStore
  public let runs: any RunStore
  public let logs: any LogStore
  public let keys: any KeyStore
  public let events: any EventStore
  public let hosts: any HostStore
  public let variables: any VariableStore
  public let deadLetters: any DeadLetterStore
  public let metrics: any MetricStore
  public let schedules: any ScheduleStore
  public let triggers: any TriggerStore
  public let idempotency: any IdempotencyStore
  public let records: any RecordStore

  let connection: StoreConnection

  /// Opens the store's file, making or migrating it as needed. Blocks while it does.
  ///
  /// - Parameter path: the file, in a folder that exists. It and what SQLite puts beside it (`-wal`, `-shm`) can be read
  ///   by their owner only.
  /// - Throws: `Problem` `unavailable` if the file cannot be made or opened, does not come to `synchronous=FULL` in WAL
  ///   mode, or was written by a newer version.
  public convenience init(path: String) throws {
    try self.init(path: path, bounds: CommitQueue.Bounds())
  }

  /// As `init(path:)`, with bounds that a test can reach.
  init(path: String, bounds: CommitQueue.Bounds, recordBounds: RecordBounds = RecordBounds()) throws {
    connection = try StoreConnection(path: path, bounds: bounds, recordBounds: recordBounds)
    let keys = SQLiteKeyStore(connection: connection)
    self.keys = keys
    instances = SQLiteInstanceStore(connection: connection, keys: keys)
    let variables = SQLiteVariableStore(connection: connection)
    self.variables = variables
    let hooks = SQLiteHookStore(connection: connection, variables: variables)
    self.hooks = hooks
    runs = SQLiteRunStore(connection: connection)
    logs = SQLiteLogStore(connection: connection)
    events = SQLiteEventStore(connection: connection)
    hosts = SQLiteHostStore(connection: connection)
    deadLetters = SQLiteDeadLetterStore(connection: connection)
    idempotency = SQLiteIdempotencyStore(connection: connection)
    metrics = SQLiteMetricStore(connection: connection)
    schedules = SQLiteScheduleStore(connection: connection, hooks: hooks)
    records = SQLiteRecordStore(connection: connection, hooks: hooks)
    triggers = SQLiteTriggerStore(connection: connection, hooks: hooks)
  }

  /// Cuts pages that are free off the end of the file, at most 2 MiB of them, and moves what the log of changes holds into
  /// it, as far as readers admit. A tenth of the file, and 16 MiB, stay free: they will be used again. A file that an
  /// earlier version has made does not shrink, and its freed pages are used again.
  @discardableResult
  public func tidy() async throws -> Bool {
    try await connection.tidy()
  }

  public func close() async throws {
    try await connection.close()
  }
}
