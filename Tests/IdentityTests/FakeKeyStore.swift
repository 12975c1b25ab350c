import Model
import Store
import Synchronization

/// Keys in memory.
final class FakeKeyStore: KeyStore {
  private let keys = Mutex<[StoredKey]>([])
  private let isLying = Mutex(false)

  var all: [StoredKey] { keys.withLock { $0 } }

  /// Whether `find` answers with some key whatever it is asked for.
  var answersAnything: Bool {
    get { isLying.withLock { $0 } }
    set { isLying.withLock { $0 = newValue } }
  }

  func insert(_ key: StoredKey, by actor: String) async throws { keys.withLock { $0.append(key) } }

  func find(hash: [UInt8]) async throws -> StoredKey? { all.first { answersAnything || $0.hash == hash } }

  func list(instance: ID<Instance>?) async throws -> [Key] {
    all.map(\.key).filter { instance == nil || $0.instance == instance }
  }

  func list(instance: ID<Instance>?, after id: ID<Key>?, limit: Int) async throws -> [Key] {
    Array(try await list(instance: instance).filter { key in id.map { key.id > $0 } ?? true }.prefix(limit))
  }

  func remove(_ id: ID<Key>, by actor: String, at time: Timestamp) async throws -> Bool {
    keys.withLock { keys in
      let count = keys.count
      keys.removeAll { $0.key.id == id }
      return keys.count < count
    }
  }
}
