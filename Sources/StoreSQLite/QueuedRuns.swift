import GRDB
import Model
import Store
import Synchronization

/// How many runs of hooks were queued when they were counted last. Counting them for every claim would take longer the
/// more there are.
///
/// Every run that is queued has taken a serial number of its instance, and none is queued again: since a count there
/// have come at most as many as numbers were given.
final class QueuedRuns: Sendable {
  struct Count: Sendable {
    let runs: Int
    /// The last serial number of its instance at that time.
    let serial: Int64

    /// The most that there can be when the last serial number is this one.
    func most(at last: Int64) -> Int { runs + Int(last - serial) }
  }

  /// How many hooks are remembered; beyond, all are forgotten and counted again.
  private static let capacity = 4096

  private let counts = Mutex<[ID<Hook>: Count]>([:])

  subscript(hook: ID<Hook>) -> Count? { counts.withLock { $0[hook] } }

  /// Remembers counts of what is on the disk: those of a transaction that fails never were true.
  func note(_ news: [ID<Hook>: Count]) {
    guard !news.isEmpty else { return }
    counts.withLock { counts in
      if counts.count + news.count > Self.capacity { counts.removeAll() }
      counts.merge(news) { _, new in new }
    }
  }
}
