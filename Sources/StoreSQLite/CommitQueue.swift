import GRDB
import Metrics
import Model
import Synchronization

/// Commits the changes of many callers together: while one transaction waits for the disk, the changes that come in
/// gather, and the next transaction takes them all.
///
/// A change that fails is rolled back alone. Callers go on only after the commit that holds their change is on the disk;
/// if the commit itself fails, all of them get its error. No thread waits for a caller: the first change that finds the
/// queue at rest starts the writer.
final class CommitQueue: Sendable {
  /// How much may wait, and how much goes into one transaction.
  struct Bounds: Sendable {
    /// Changes that may wait; one more is refused.
    var waiting = 8192
    /// Bytes of the changes that may wait, as their callers estimate them.
    var waitingBytes = 256 << 20
    /// Changes in one transaction.
    var batch = 512
    /// Bytes after which a transaction takes no further change.
    var batchBytes = 16 << 20
  }

  private struct Change: Sendable {
    let bytes: Int
    /// Makes the change, and returns what tells the caller of its success.
    let apply: @Sendable (Database) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
  }

  private struct State {
    var waiting: [Change] = []
    var bytes = 0
    var isDraining = false
    var isClosed = false
  }

  private let pool: DatabasePool
  private let bounds: Bounds
  private let state = Mutex(State())
  private let commitTime = Timer(label: "grapnel_store_commit_seconds")
  private let batchSize = Recorder(label: "grapnel_store_commit_batch", aggregate: true)

  init(pool: DatabasePool, bounds: Bounds) {
    self.pool = pool
    self.bounds = bounds
  }

  /// Runs `change` in a transaction, and returns when that is on the disk.
  ///
  /// - Parameter bytes: about how much the change holds in memory while it waits.
  /// - Throws: what `change` throws, with errors of the database as `Problem`; `tooMany` when the queue is full;
  ///   `unavailable` when the commit fails or the queue is closed.
  func write<Value: Sendable>(
    bytes: Int = 0, _ change: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
      enter(
        Change(
          bytes: bytes,
          apply: { database in
            let value = try change(database)
            return { continuation.resume(returning: value) }
          },
          fail: { continuation.resume(throwing: Problem.describing($0)) }))
    }
  }

  /// Refuses further changes, and returns when those that wait are done. False if it was closed before.
  func close() async -> Bool {
    await withCheckedContinuation { continuation in
      let isFirst = state.withLock { state in
        guard !state.isClosed else { return false }
        state.isClosed = true
        return true
      }
      guard isFirst else {
        continuation.resume(returning: false)
        return
      }
      enter(
        Change(
          bytes: 0, apply: { _ in { continuation.resume(returning: true) } },
          fail: { _ in
            // Nothing was left to write, so that this commit failed does not matter.
            continuation.resume(returning: true)
          }), isLast: true)
    }
  }

  /// Changes that no transaction has taken yet.
  var waitingCount: Int { state.withLock { $0.waiting.count } }

  private func enter(_ change: Change, isLast: Bool = false) {
    let outcome: (refusal: Problem?, starts: Bool) = state.withLock { state in
      guard isLast || !state.isClosed else { return (.storeIsClosed, false) }
      // A change of any size goes in while nothing waits: what it holds is in memory already.
      let fits = state.waiting.count < bounds.waiting && state.bytes <= bounds.waitingBytes - change.bytes
      guard isLast || state.waiting.isEmpty || fits
      else {
        return (
          Problem(
            .tooMany, "\(state.waiting.count) changes wait for the store, more than it takes", retryAfterSeconds: 1),
          false
        )
      }
      state.waiting.append(change)
      state.bytes += change.bytes
      defer { state.isDraining = true }
      return (nil, !state.isDraining)
    }
    if let refusal = outcome.refusal {
      change.fail(refusal)
    } else if outcome.starts {
      startWriter()
    }
  }

  private func startWriter() {
    pool.asyncWriteWithoutTransaction { [self] database in
      commit(takeBatch(), in: database)
      let goesOn = state.withLock { state in
        state.isDraining = !state.waiting.isEmpty
        return state.isDraining
      }
      if goesOn { startWriter() }
    }
  }

  private func takeBatch() -> [Change] {
    state.withLock { state in
      var count = 0
      var bytes = 0
      while count < min(state.waiting.count, bounds.batch), count == 0 || bytes < bounds.batchBytes {
        bytes += state.waiting[count].bytes
        count += 1
      }
      let batch = Array(state.waiting[..<count])
      state.waiting.removeFirst(count)
      state.bytes -= bytes
      return batch
    }
  }

  private func commit(_ batch: [Change], in database: Database) {
    let start = ContinuousClock.now
    let answers: [@Sendable () -> Void]
    do {
      answers = try write(batch, in: database)
    } catch {
      // A rollback that fails leaves no transaction either, or the next BEGIN reports it.
      if database.isInsideTransaction { try? database.rollback() }
      for change in batch { change.fail(error) }
      return
    }
    let duration = ContinuousClock.now - start
    for answer in answers { answer() }
    commitTime.recordNanoseconds(duration.wholeMicroseconds * 1000)
    batchSize.record(batch.count)
  }

  /// Makes the changes and commits them.
  ///
  /// - Returns: what tells their callers.
  /// - Throws: when nothing of it is written.
  private func write(_ batch: [Change], in database: Database) throws -> [@Sendable () -> Void] {
    try database.beginTransaction(.immediate)
    // To undo one change alone, SQLite keeps a copy of every page before the change writes to it, which takes as long as
    // most changes. Hardly any fails after it has written, so for these all are made again.
    var answers = try changeWithoutUndo(batch, in: database)
    if answers == nil {
      if !database.isInsideTransaction { try database.beginTransaction(.immediate) }
      answers = try batch.map { try attempt($0, in: database) }
    }
    try database.commit()
    return answers ?? []
  }

  /// Makes the changes as long as none fails that has written something.
  ///
  /// - Returns: what tells their callers; `nil` if it has undone all.
  /// - Throws: only when the whole transaction is gone.
  private func changeWithoutUndo(_ batch: [Change], in database: Database) throws -> [@Sendable () -> Void]? {
    var answers: [@Sendable () -> Void] = []
    answers.reserveCapacity(batch.count)
    for change in batch {
      let count = database.totalChangesCount
      do {
        answers.append(try change.apply(database))
      } catch {
        guard database.isInsideTransaction else { throw error }
        guard database.totalChangesCount == count else {
          try database.rollback()
          return nil
        }
        answers.append { change.fail(error) }
      }
    }
    return answers
  }

  /// Makes one change or undoes it, and returns what tells its caller, to be called when the transaction is on the disk.
  ///
  /// - Throws: only when the whole transaction is gone.
  private func attempt(_ change: Change, in database: Database) throws -> @Sendable () -> Void {
    try database.cachedStatement(sql: "SAVEPOINT change").execute()
    do {
      let answer = try change.apply(database)
      try database.cachedStatement(sql: "RELEASE change").execute()
      return answer
    } catch {
      // SQLite ends the transaction by itself when the disk is full or fails at the wrong moment.
      guard database.isInsideTransaction else { throw error }
      try database.cachedStatement(sql: "ROLLBACK TO change").execute()
      try database.cachedStatement(sql: "RELEASE change").execute()
      return { change.fail(error) }
    }
  }
}
