import GRDB
import Model
import Store

struct SQLiteRecordStore: RecordStore {
  let connection: StoreConnection

  func read<Value: Sendable>(_ body: @Sendable (any RecordSnapshot) throws -> Value) async throws -> Value {
    try await connection.read { database in
      try body(SQLiteRecordSnapshot(database: database, bounds: connection.recordBounds))
    }
  }

  func write<Value: Sendable>(
    bytes: Int, _ body: @escaping @Sendable (any RecordTransaction) throws -> Value
  ) async throws -> Value {
    try await connection.write(bytes: bytes) { [connection] database in
      try body(SQLiteRecordTransaction(database: database, connection: connection))
    }
  }

  func clear(limit: Int) async throws -> Int {
    try Problem.validateLimit(limit, most: 10_000)
    return try await connection.write { database in try database.clearLeftovers(limit: limit) }
  }

  func arrivals() -> AsyncStream<Void> { connection.recordArrivals.follow() }
}
