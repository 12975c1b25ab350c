import Model
import Store
import Synchronization

/// A store that has hooks and nothing else, and tells of their changes.
final class MemoryStore: Store, HookStore {
  enum Change: Hashable, Sendable {
    case deployed(String, version: Int64)
    case removed(String)
  }

  private struct State {
    var hooks: [String: Hook] = [:]
    var refusal: Problem?
  }

  private let state = Mutex(State())
  private let continuation: AsyncStream<Change>.Continuation
  /// Every change, in order; for one reader.
  let changes: AsyncStream<Change>

  init() {
    (changes, continuation) = AsyncStream.makeStream()
  }

  /// The hooks by name.
  var byName: [String: Hook] { state.withLock { $0.hooks } }

  /// Makes deployments fail, as a full disk does; `nil` ends that.
  func refuse(_ problem: Problem?) {
    state.withLock { $0.refusal = problem }
  }

  func deploy(
    instance: ID<Instance>, name: String, bundle: Bundle, definition: HookDefinition, origin: String, at time: Timestamp
  ) async throws -> (hook: Hook, changed: Bool) {
    let (hook, isChanged) = try state.withLock { state in
      if let refusal = state.refusal { throw refusal }
      let old = state.hooks[name]
      if let old, old.version.bundle == bundle, old.version.definition == definition { return (old, false) }
      let version = HookVersion(
        id: ID(at: time), number: (old?.version.number ?? 0) + 1, bundle: bundle, definition: definition,
        createdAt: time)
      let hook = Hook(
        id: old?.id ?? ID(at: time), instance: instance, serial: 1, name: name, version: version, createdAt: time,
        updatedAt: time)
      state.hooks[name] = hook
      return (hook, true)
    }
    if isChanged { continuation.yield(.deployed(name, version: hook.version.number)) }
    return (hook, isChanged)
  }

  func find(instance: ID<Instance>, name: String) async throws -> Hook? { byName[name] }
  func find(_ id: ID<Hook>) async throws -> Hook? { byName.values.first { $0.id == id } }
  func list(instance: ID<Instance>) async throws -> [Hook] { byName.values.sorted { $0.name < $1.name } }
  func list(instance: ID<Instance>, after name: String?, limit: Int) async throws -> [Hook] {
    Array(try await list(instance: instance).filter { $0.name > name ?? "" }.prefix(limit))
  }
  func versions(_ hook: ID<Hook>) async throws -> [HookVersion] { byName.values.map(\.version) }

  func remove(_ id: ID<Hook>, at time: Timestamp) async throws -> Bool {
    let name = state.withLock { state in
      let name = state.hooks.first { $0.value.id == id }?.key
      if let name { state.hooks[name] = nil }
      return name
    }
    if let name { continuation.yield(.removed(name)) }
    return name != nil
  }

  func bundlesInUse() async throws -> Set<String> { Set(byName.values.map(\.version.bundle.hash)) }
  func close() async throws {}

  var hooks: any HookStore { self }
  var instances: any InstanceStore { unused() }
  var runs: any RunStore { unused() }
  var logs: any LogStore { unused() }
  var keys: any KeyStore { unused() }
  var events: any EventStore { unused() }
  var hosts: any HostStore { unused() }
  var variables: any VariableStore { unused() }
  var deadLetters: any DeadLetterStore { unused() }

  private func unused() -> Never { fatalError("only hooks are kept here") }
}
