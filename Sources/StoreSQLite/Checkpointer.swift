import GRDB
import GRDBSQLite
import Synchronization

/// Moves what the log of changes holds into the file, beside the writer and not within it: else the commit that happens to
/// fill the log waits for thousands of pages.
///
/// The log begins anew only when all of it is in the file. So after the many pages, which a connection of its own copies,
/// the writer copies the few that have come meanwhile.
final class Checkpointer: Sendable {
  /// Pages in the log: from when on they are copied beside the writer, and from when on by the writer itself, as then it is
  /// too fast, or somebody reads what is old for long.
  private static let (pages, mostPages) = (3000, 12_000)

  private struct State {
    var isCopying = false
    /// Pages that the log must hold before it is copied again.
    var next = Checkpointer.pages
  }

  /// What SQLite keeps for the calls that it makes. It has no moment for letting go of it, so a store that nobody closes
  /// leaves this behind, and nothing more.
  private final class Context {
    weak var checkpointer: Checkpointer?

    init(_ checkpointer: Checkpointer) {
      self.checkpointer = checkpointer
    }
  }

  private let pool: DatabasePool
  private let connection: DatabaseQueue
  private let state = Mutex(State())

  /// - Parameter pool: whose writer it looks after until `close`.
  init(_ pool: DatabasePool) throws {
    self.pool = pool
    var configuration = Configuration()
    configuration.label = "grapnel.checkpoint"
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = 0")
    }
    connection = try DatabaseQueue(path: pool.path, configuration: configuration)
    try pool.writeWithoutTransaction { database in
      // In place of SQLite's own, which copies within the commit.
      let context = Unmanaged.passRetained(Context(self)).toOpaque()
      sqlite3_wal_hook(
        database.sqliteConnection,
        { context, database, _, pages in
          guard let context else { return SQLITE_OK }
          let checkpointer = Unmanaged<Context>.fromOpaque(context).takeUnretainedValue().checkpointer
          checkpointer?.noteCommit(Int(pages), by: database)
          return SQLITE_OK
        }, context)
    }
  }

  /// Stops looking after the writer. What is under way ends before.
  func close() throws {
    try pool.writeWithoutTransaction { database in
      if let context = sqlite3_wal_hook(database.sqliteConnection, nil, nil) {
        Unmanaged<Context>.fromOpaque(context).release()
      }
    }
    try connection.close()
  }

  /// Is told after each commit how many pages the log holds.
  private func noteCommit(_ pages: Int, by writer: OpaquePointer?) {
    if pages >= Self.mostPages {
      // That others are at it, or read, is no failure: the next commit tries again.
      sqlite3_wal_checkpoint_v2(writer, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    }
    let begins = state.withLock { state in
      if pages < Self.pages { state.next = Self.pages }
      guard pages >= state.next, !state.isCopying else { return false }
      state.isCopying = true
      return true
    }
    if begins { copy(pages) }
  }

  private func copy(_ pages: Int) {
    connection.asyncWriteWithoutTransaction { [pool] database in
      // What fails here, for instance for want of room, is left to the writer, whose commits then fail with the reason.
      _ = try? database.checkpoint(.passive)
      pool.asyncWriteWithoutTransaction { [self] database in
        _ = try? database.checkpoint(.passive)
        state.withLock { $0 = State(isCopying: false, next: pages + Self.pages) }
      }
    }
  }
}
