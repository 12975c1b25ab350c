import Model
import Store
import Synchronization

/// A store in memory: everything in plain collections, and a copy of them all to go back to.
final class FakeRecordStore: RecordStore {
  private let state: Mutex<FakeRecords>
  private let asked = Mutex(0)

  /// How many questions the last read has asked.
  var questions: Int { asked.withLock { $0 } }

  init(_ records: FakeRecords = FakeRecords()) {
    state = Mutex(records)
  }

  func read<Value: Sendable>(_ body: @Sendable (any RecordSnapshot) throws -> Value) async throws -> Value {
    let snapshot = FakeSnapshot(state.withLock { $0 })
    defer { asked.withLock { $0 = snapshot.questions } }
    return try body(snapshot)
  }

  func write<Value: Sendable>(
    bytes: Int, _ body: @escaping @Sendable (any RecordTransaction) throws -> Value
  ) async throws -> Value {
    try state.withLock { state in
      let transaction = FakeSnapshot(state)
      let value = try body(transaction)
      state = transaction.records
      return value
    }
  }

  func clear(limit: Int) async throws -> Int { 0 }

  func arrivals() -> AsyncStream<Void> { AsyncStream { $0.finish() } }

  /// All that is stored, to see whether something changed.
  var everything: FakeRecords { state.withLock { $0 } }

  /// Runs `body` at once, for tests that wait for nothing.
  func change<Value: Sendable>(_ body: (any RecordTransaction) throws -> Value) throws -> Value {
    try state.withLock { state in
      let transaction = FakeSnapshot(state)
      let value = try body(transaction)
      state = transaction.records
      return value
    }
  }
}
