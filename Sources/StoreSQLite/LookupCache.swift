import Synchronization

/// What the lookups of every request found, remembered until a change of what they read is on the disk.
///
/// The store's file has one writer, this process, so whoever commits such a change forgets all here before it tells its
/// caller: a lookup that begins after a change was acknowledged never finds what was there before.
final class LookupCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Memory {
    var values: [Key: Value] = [:]
    var cost = 0
    var age: UInt64 = 0
  }

  /// How much is remembered, counted by `cost`; beyond, all is forgotten and read again.
  private let capacity: Int
  private let cost: @Sendable (Value) -> Int
  private let memory = Mutex(Memory())

  /// - Parameter cost: what remembering a value counts for; every value counts for one if it is not given.
  init(capacity: Int = 4096, cost: @escaping @Sendable (Value) -> Int = { _ in 1 }) {
    self.capacity = capacity
    self.cost = cost
  }

  /// The remembered value, or what `read` finds. That nothing was found is not remembered, so that guesses fill nothing.
  func value(for key: Key, orReading read: () async throws -> Value?) async rethrows -> Value? {
    let (known, age) = memory.withLock { ($0.values[key], $0.age) }
    if let known { return known }
    guard let value = try await read() else { return nil }
    memory.withLock { memory in
      // What was read before a change that came meanwhile is good for this caller only.
      guard memory.age == age else { return }
      let weight = cost(value)
      guard weight <= capacity else { return }
      if memory.cost > capacity - weight {
        memory.values.removeAll()
        memory.cost = 0
      }
      // Two lookups that went on at once found the same.
      guard memory.values.updateValue(value, forKey: key) == nil else { return }
      memory.cost += weight
    }
    return value
  }

  /// To be called when a change of what is remembered here is on the disk, before anybody is told.
  func forgetAll() {
    memory.withLock { memory in
      memory.values.removeAll(keepingCapacity: true)
      memory.cost = 0
      memory.age += 1
    }
  }
}
