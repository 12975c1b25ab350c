import Synchronization

/// Remembers names that it is told.
final class ToldNames: Sendable {
  private let told = Mutex<[String]>([])

  var names: [String] { told.withLock { $0 } }

  func add(_ name: String) { told.withLock { $0.append(name) } }
}
