import Model
import Store
import Synchronization

/// The names of schedules by their ids, which never change: a run that a schedule asks for reads them once.
final class ScheduleNames: Sendable {
  /// When so many are kept, all are dropped: reading one again is cheap.
  private static let capacity = 10_000

  private let names = Mutex<[ID<Schedule>: String]>([:])

  /// The name of a schedule; `nil` if it was removed before anybody asked.
  func name(of id: ID<Schedule>, in store: any ScheduleStore) async throws -> String? {
    if let known = names.withLock({ $0[id] }) { return known }
    guard let name = try await store.find(id)?.name else { return nil }
    names.withLock { names in
      if names.count >= Self.capacity { names.removeAll() }
      names[id] = name
    }
    return name
  }
}
