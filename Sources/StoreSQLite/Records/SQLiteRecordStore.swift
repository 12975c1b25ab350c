import GRDB
import Model
import Store

struct SQLiteRecordStore: RecordStore {
  let connection: StoreConnection
  let hooks: SQLiteHookStore

  func read<Value: Sendable>(_ body: @Sendable (any RecordSnapshot) throws -> Value) async throws -> Value {
    try await connection.read { database in
      try body(SQLiteRecordSnapshot(database: database, bounds: connection.recordBounds))
    }
  }

  func write<Value: Sendable>(
    bytes: Int, _ body: @escaping @Sendable (any RecordTransaction) throws -> Value
  ) async throws -> Value {
    let (value, actions) = try await connection.write(bytes: bytes) { [connection, hooks] database in
      let reactions = SQLiteTriggerTransaction(database, hooks: hooks)
      let value = try body(
        SQLiteRecordTransaction(database: database, connection: connection, reactions: reactions))
      return (value, reactions.actions)
    }
    for action in actions { action() }
    return value
  }

  func clear(limit: Int) async throws -> Int {
    try Problem.validateLimit(limit, most: 10_000)
    return try await connection.write { database in try database.clearLeftovers(limit: limit) }
  }

  func arrivals() -> AsyncStream<Void> { connection.recordArrivals.follow() }
}
