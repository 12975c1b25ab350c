import Foundation
import GRDB
import Model
import Store
import Synchronization
import Testing

@testable import StoreSQLite

@Suite struct CommitQueueTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Holds the writer inside a change until told to go on, so that a test decides what gathers behind it.
  private struct Gate: Sendable {
    private let entered = DispatchSemaphore(value: 0)
    private let opened = DispatchSemaphore(value: 0)

    func hold() {
      entered.signal()
      opened.wait()
    }

    func open() { opened.signal() }

    /// Holds the writer of `store`, and returns once it is held.
    func close(_ store: SQLiteStore) async -> Task<Void, any Error> {
      let task = Task { try await store.connection.queue.write { _ in hold() } }
      await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
          entered.wait()
          continuation.resume()
        }
      }
      return task
    }
  }

  private final class CommitCounter: TransactionObserver, Sendable {
    let count = Mutex(0)
    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidCommit(_ database: Database) { count.withLock { $0 += 1 } }
    func databaseDidRollback(_ database: Database) {}
  }

  private func store(_ bounds: CommitQueue.Bounds = CommitQueue.Bounds()) throws -> SQLiteStore {
    try SQLiteStore(path: folder.store, bounds: bounds)
  }

  private func waiting(_ count: Int, in store: SQLiteStore) async throws {
    for _ in 0..<1_000_000 where store.connection.queue.waitingCount < count { await Task.yield() }
    try #require(store.connection.queue.waitingCount == count)
  }

  private static func insert(_ number: Int) -> @Sendable (Database) throws -> Int {
    { database in
      try database.run("INSERT INTO serials (scope, kind, last) VALUES (?, 'test', ?)", ["\(number)", number])
      return number
    }
  }

  private func rows(_ store: SQLiteStore) async throws -> [Int] {
    try await store.connection.read { database in
      try Int.fetchAll(database, sql: "SELECT last FROM serials WHERE kind = 'test' ORDER BY last")
    }
  }

  @Test func whatGathersIsCommittedTogether() async throws {
    let store = try store()
    let counter = CommitCounter()
    store.connection.pool.add(transactionObserver: counter, extent: .databaseLifetime)
    let gate = Gate()
    let held = await gate.close(store)
    let tasks = (0..<40).map { number in Task { try await store.connection.queue.write(Self.insert(number)) } }
    try await waiting(40, in: store)
    gate.open()
    try await held.value
    for (number, task) in tasks.enumerated() { #expect(try await task.value == number) }
    #expect(counter.count.withLock { $0 } == 2)
    #expect(try await rows(store) == Array(0..<40))
    try await store.close()
  }

  @Test func aBatchIsBounded() async throws {
    let store = try store(CommitQueue.Bounds(batch: 10))
    let counter = CommitCounter()
    store.connection.pool.add(transactionObserver: counter, extent: .databaseLifetime)
    let gate = Gate()
    let held = await gate.close(store)
    let tasks = (0..<25).map { number in Task { try await store.connection.queue.write(Self.insert(number)) } }
    try await waiting(25, in: store)
    gate.open()
    try await held.value
    for task in tasks { _ = try await task.value }
    #expect(counter.count.withLock { $0 } == 4)
    try await store.close()
  }

  @Test func aFailingChangeUndoesOnlyItself() async throws {
    let store = try store()
    let gate = Gate()
    let held = await gate.close(store)
    let tasks = (0..<20).map { number in
      Task {
        try await store.connection.queue.write { database in
          _ = try Self.insert(number)(database)
          switch number % 4 {
          case 1: throw Problem(.conflict, "refused")
          case 2: try database.execute(sql: "INSERT INTO keys (id, instance) VALUES ('a', 'none')")
          default: break
          }
        }
      }
    }
    try await waiting(20, in: store)
    gate.open()
    try await held.value
    for (number, task) in tasks.enumerated() {
      switch number % 4 {
      case 1: await #expect(throws: Problem(.conflict, "refused")) { try await task.value }
      case 2: await #expect(throws: Problem.self) { try await task.value }
      default: try await task.value
      }
    }
    #expect(try await rows(store) == (0..<20).filter { $0 % 4 == 0 || $0 % 4 == 3 })
    try await store.close()
  }

  @Test func aCommitThatFailsFailsAllOfItAndNothingAfter() async throws {
    let store = try store()
    let gate = Gate()
    let held = await gate.close(store)
    let tasks = (0..<10).map { number in
      Task {
        try await store.connection.queue.write { database in
          _ = try Self.insert(number)(database)
          guard number == 7 else { return }
          // A violation that SQLite looks at only when it commits.
          try database.execute(sql: "PRAGMA defer_foreign_keys = ON")
          try database.execute(
            sql: "INSERT INTO variables (instance, kind, name, json, updated_at) VALUES ('none', 'env', 'a', '1', 0)")
        }
      }
    }
    try await waiting(10, in: store)
    gate.open()
    try await held.value
    for task in tasks { await #expect(throws: Problem.self) { try await task.value } }
    #expect(try await rows(store) == [])
    _ = try await store.connection.queue.write(Self.insert(1))
    #expect(try await rows(store) == [1])
    try await store.close()
  }

  @Test func aFullQueueRefusesAndRecovers() async throws {
    let store = try store(CommitQueue.Bounds(waiting: 3))
    let gate = Gate()
    let held = await gate.close(store)
    let tasks = (0..<3).map { number in Task { try await store.connection.queue.write(Self.insert(number)) } }
    try await waiting(3, in: store)
    let problem = await #expect(throws: Problem.self) { try await store.connection.queue.write(Self.insert(9)) }
    #expect(problem?.code == .tooMany)
    #expect(problem?.retryAfterSeconds == 1)
    gate.open()
    try await held.value
    for task in tasks { _ = try await task.value }
    _ = try await store.connection.queue.write(Self.insert(4))
    #expect(try await rows(store) == [0, 1, 2, 4])
    try await store.close()
  }

  @Test func bytesThatWaitAreBoundedToo() async throws {
    let store = try store(CommitQueue.Bounds(waitingBytes: 1000))
    let gate = Gate()
    let held = await gate.close(store)
    let task = Task { try await store.connection.queue.write(bytes: 600, Self.insert(1)) }
    try await waiting(1, in: store)
    let problem = await #expect(throws: Problem.self) {
      try await store.connection.queue.write(bytes: 600, Self.insert(2))
    }
    #expect(problem?.code == .tooMany)
    let small = Task { try await store.connection.queue.write(bytes: 400, Self.insert(3)) }
    try await waiting(2, in: store)
    gate.open()
    try await held.value
    _ = try await (task.value, small.value)
    #expect(try await rows(store) == [1, 3])
    try await store.close()
  }

  @Test func closingFinishesWhatWaits() async throws {
    let store = try store()
    let gate = Gate()
    let held = await gate.close(store)
    let tasks = (0..<5).map { number in Task { try await store.connection.queue.write(Self.insert(number)) } }
    try await waiting(5, in: store)
    let closing = Task { try await store.close() }
    try await waiting(6, in: store)
    await #expect(throws: Problem.storeIsClosed) { try await store.connection.queue.write(Self.insert(9)) }
    gate.open()
    try await held.value
    for task in tasks { _ = try await task.value }
    try await closing.value
    let again = try SQLiteStore(path: folder.store)
    #expect(try await rows(again) == Array(0..<5))
    try await again.close()
  }
}
