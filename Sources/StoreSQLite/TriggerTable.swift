import GRDB
import Model
import Store
import Synchronization

/// Which triggers are active, remembered for those who look for them in every change. Only the writer asks, one
/// transaction after another.
///
/// Whoever changes triggers, or hooks that have some, says so before in the same transaction; from then on to the end of
/// the transaction nothing is remembered, since it may be undone.
final class TriggerTable: TransactionObserver, Sendable {
  private struct Memory {
    var known: [String: [ActiveTrigger]] = [:]
    var isDistrusted = false
  }

  /// How many instances are remembered; beyond, all are forgotten and read again.
  private static let capacity = 1000

  private let memory = Mutex(Memory())

  /// To be called in the transaction of a change of triggers or of hooks.
  func distrust() {
    memory.withLock { memory in
      memory.isDistrusted = true
      memory.known.removeAll()
    }
  }

  /// The active triggers of an instance, or of the host, as they are remembered or as `read` finds them.
  func triggers(of instance: String?, orReading read: () throws -> [ActiveTrigger]) rethrows -> [ActiveTrigger] {
    let key = instance ?? ""
    if let known = memory.withLock({ $0.known[key] }) { return known }
    let found = try read()
    memory.withLock { memory in
      guard !memory.isDistrusted else { return }
      if memory.known.count >= Self.capacity { memory.known.removeAll() }
      memory.known[key] = found
    }
    return found
  }

  func observes(eventsOfKind kind: DatabaseEventKind) -> Bool { false }

  func databaseDidChange(with event: DatabaseEvent) {}

  func databaseDidCommit(_ database: Database) { settle() }

  func databaseDidRollback(_ database: Database) { settle() }

  private func settle() {
    memory.withLock { memory in
      guard memory.isDistrusted else { return }
      memory.isDistrusted = false
      memory.known.removeAll()
    }
  }
}
