import Model
import Store
import Synchronization

/// Triggers in memory, as far as the gateway looks at them.
final class MemoryTriggers: TriggerStore {
  private let triggers = Mutex<[Trigger]>([])

  var all: [Trigger] { triggers.withLock(\.self) }

  /// Puts a trigger there as it is.
  func put(_ trigger: Trigger) { triggers.withLock { $0.append(trigger) } }

  func add(_ trigger: Trigger, most: Int, by actor: String, at time: Timestamp) async throws -> Trigger {
    try triggers.withLock { triggers in
      guard !triggers.contains(where: { $0.hook == trigger.hook && $0.name == trigger.name }) else {
        throw Problem(.conflict, "the hook has a trigger of that name", field: "name")
      }
      var trigger = trigger
      trigger.serial = (triggers.map(\.serial).max() ?? 0) + 1
      triggers.append(trigger)
      return trigger
    }
  }

  func update(
    _ id: ID<Trigger>, definition: TriggerDefinition?, isEnabled: Bool?, expected: Int64?, by actor: String,
    at time: Timestamp
  ) async throws -> Trigger {
    try triggers.withLock { triggers in
      guard let index = triggers.firstIndex(where: { $0.id == id }) else {
        throw Problem(.notFound, "there is no such trigger")
      }
      if let expected, expected != triggers[index].revision {
        throw Problem(.conflict, "it has another revision", field: "expected_revision")
      }
      triggers[index].definition = definition ?? triggers[index].definition
      triggers[index].isEnabled = isEnabled ?? triggers[index].isEnabled
      triggers[index].revision += 1
      triggers[index].updatedAt = time
      return triggers[index]
    }
  }

  func remove(_ id: ID<Trigger>, by actor: String, at time: Timestamp) async throws -> Bool {
    triggers.withLock { triggers in
      let count = triggers.count
      triggers.removeAll { $0.id == id }
      return triggers.count < count
    }
  }

  func find(_ id: ID<Trigger>) async throws -> Trigger? { all.first { $0.id == id } }
  func find(hook: ID<Hook>, name: String) async throws -> Trigger? { all.first { $0.hook == hook && $0.name == name } }

  func list(_ filter: TriggerFilter, after: Int64, limit: Int) async throws -> [Trigger] {
    let found = all.filter { trigger in
      trigger.instance == filter.instance && filter.hook ?? trigger.hook == trigger.hook
        && filter.isEnabled ?? trigger.isEnabled == trigger.isEnabled && trigger.serial > after
    }
    return Array(found.sorted { $0.serial < $1.serial }.prefix(limit))
  }

  func write<Value: Sendable>(
    bytes: Int, _ body: @escaping @Sendable (any TriggerTransaction) throws -> Value
  ) async throws -> Value { throw Problem(.unavailable, "this store cannot do that") }
}
