import GRDB
import Synchronization

/// Tells those who wait for rows of a table that new ones are on the disk, whoever has written them in whatever
/// transaction. The table has rowids: SQLite tells of no other's changes.
final class TableArrivals: TransactionObserver, Sendable {
  private struct State {
    var followers: [Int: AsyncStream<Void>.Continuation] = [:]
    var nextNumber = 0
    /// Whether the transaction that is open has written rows.
    var isPending = false
    var isClosed = false
  }

  private let table: String
  private let includesUpdates: Bool
  private let state = Mutex(State())

  /// - Parameter includingUpdates: whether rows that are written anew are told of like new ones.
  init(of table: String, includingUpdates: Bool = false) {
    self.table = table
    includesUpdates = includingUpdates
  }

  func follow() -> AsyncStream<Void> {
    // One word is enough for any number of rows: readers look at all there is.
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let number: Int? = state.withLock { state in
      guard !state.isClosed else { return nil }
      state.nextNumber += 1
      state.followers[state.nextNumber] = continuation
      return state.nextNumber
    }
    guard let number else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      _ = self?.state.withLock { $0.followers.removeValue(forKey: number) }
    }
    return stream
  }

  /// Ends what `follow` has returned.
  func close() {
    let followers = state.withLock { state in
      state.isClosed = true
      return Array(state.followers.values)
    }
    for follower in followers { follower.finish() }
  }

  func observes(eventsOfKind kind: DatabaseEventKind) -> Bool {
    switch kind {
    case .insert(table): true
    case .update(table, _): includesUpdates
    default: false
    }
  }

  func databaseDidChange(with event: DatabaseEvent) {
    state.withLock { $0.isPending = true }
    // One is enough to know.
    stopObservingDatabaseChangesUntilNextTransaction()
  }

  func databaseDidCommit(_ database: Database) {
    let followers: [AsyncStream<Void>.Continuation] = state.withLock { state in
      guard state.isPending else { return [] }
      state.isPending = false
      return Array(state.followers.values)
    }
    for follower in followers { follower.yield() }
  }

  func databaseDidRollback(_ database: Database) {
    state.withLock { $0.isPending = false }
  }
}
