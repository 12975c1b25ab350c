import Records
import Store
import Synchronization

/// Remembers what an observer is told.
final class ObserverLog: ChangeObserver {
  private let log = Mutex<[String]>([])

  var changes: [String] { log.withLock { $0 } }

  func changed(_ change: RecordChange, in transaction: any RecordTransaction) throws {
    log.withLock { $0.append("\(change.signal.rawValue) \(change.after.kind) \(change.after.name)") }
  }
}
