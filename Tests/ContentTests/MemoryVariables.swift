import Content
import Model
import Store
import Synchronization

/// Variables in memory.
final class MemoryVariables: VariableStore {
  private let variables = Mutex<[Variable]>([])

  func set(_ variable: Variable, by actor: String) async throws {
    variables.withLock { variables in
      variables.removeAll { $0.hook == variable.hook && $0.kind == variable.kind && $0.name == variable.name }
      variables.append(variable)
    }
  }

  func list(instance: ID<Instance>, hook: ID<Hook>?) async throws -> [Variable] {
    variables.withLock { $0.filter { $0.instance == instance && $0.hook == hook } }
  }

  func remove(
    instance: ID<Instance>, hook: ID<Hook>?, kind: Variable.Kind, name: String, by actor: String, at time: Timestamp
  ) async throws -> Bool {
    variables.withLock { variables in
      let count = variables.count
      variables.removeAll { $0.hook == hook && $0.kind == kind && $0.name == name }
      return variables.count < count
    }
  }

  func countSealed() async throws -> Int { variables.withLock { $0.count(where: \.isSecret) } }
}

/// Seals by putting what the value belongs to in front of it; can lose its key.
final class MemorySealing: Sealing {
  private let isLost = Mutex(false)

  func lose() { isLost.withLock { $0 = true } }

  func seal(_ plain: [UInt8], context: [UInt8], mayMakeKey: Bool) throws -> [UInt8] {
    if isLost.withLock({ $0 }), !mayMakeKey { throw Problem(.unavailable, "the key is gone") }
    return context + plain
  }

  func open(_ sealed: [UInt8], context: [UInt8]) throws -> [UInt8] {
    if isLost.withLock({ $0 }) { throw Problem(.unavailable, "the key is gone", hint: "restore it") }
    guard sealed.starts(with: context) else { throw Problem(.unavailable, "of another place") }
    return Array(sealed.dropFirst(context.count))
  }
}
