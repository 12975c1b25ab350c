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
    var versions: [String: [HookVersion]] = [:]
    /// What the folder had last.
    var folder: [String: Deployment] = [:]
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

  func deploy(_ deployments: [Deployment], at time: Timestamp) async throws -> [(hook: Hook, changed: Bool)] {
    try state.withLock { state in
      if let refusal = state.refusal { throw refusal }
      return try deployments.map { try deploy($0, at: time, &state) }
    }
  }

  func importDefinitions(
    _ definitions: DefinitionImport, at time: Timestamp
  ) async throws -> [(hook: Hook, changed: Bool)] {
    try await deploy(definitions.deployments, at: time)
  }

  private func deploy(
    _ deployment: Deployment, at time: Timestamp, _ state: inout State
  ) throws -> (hook: Hook, changed: Bool) {
    let name = deployment.name
    let old = state.hooks[name]
    if let old, old.version.bundle == deployment.bundle, old.version.definition == deployment.definition {
      return (old, false)
    }
    let version = HookVersion(
      id: ID(at: time), number: Int64((state.versions[name]?.count ?? 0) + 1), bundle: deployment.bundle,
      definition: deployment.definition, origin: deployment.origin, actor: deployment.actor, createdAt: time)
    let hook = Hook(
      id: old?.id ?? ID(at: time), instance: deployment.instance, serial: 1, name: name, version: version,
      isInFolder: state.folder[name] != nil, createdAt: time, updatedAt: time)
    state.hooks[name] = hook
    state.versions[name, default: []].append(version)
    continuation.yield(.deployed(name, version: version.number))
    return (hook, true)
  }

  func deployFromFolder(_ deployment: Deployment, at time: Timestamp) async throws -> (hook: Hook?, changed: Bool) {
    try state.withLock { state in
      if let refusal = state.refusal { throw refusal }
      if let last = state.folder[deployment.name], last.bundle == deployment.bundle {
        let active = state.hooks[deployment.name]
        guard last.definition != deployment.definition, active?.version.bundle == last.bundle,
          active?.version.definition == last.definition
        else { return (active, false) }
      }
      state.folder[deployment.name] = deployment
      return try deploy(deployment, at: time, &state)
    }
  }

  func folderNames(instance: ID<Instance>) async throws -> [String] { state.withLock { $0.folder.keys.sorted() } }

  func removeFromFolder(instance: ID<Instance>, name: String, at time: Timestamp) async throws -> Bool {
    state.withLock { state in
      state.folder[name] = nil
      guard state.hooks[name]?.version.origin == .folder else { return false }
      state.hooks[name] = nil
      state.versions[name] = nil
      continuation.yield(.removed(name))
      return true
    }
  }

  func find(instance: ID<Instance>, name: String) async throws -> Hook? { byName[name] }
  func find(_ id: ID<Hook>) async throws -> Hook? { byName.values.first { $0.id == id } }
  func list(instance: ID<Instance>) async throws -> [Hook] { byName.values.sorted { $0.name < $1.name } }
  func list(instance: ID<Instance>, after name: String?, limit: Int) async throws -> [Hook] {
    Array(try await list(instance: instance).filter { $0.name > name ?? "" }.prefix(limit))
  }

  func versions(_ hook: ID<Hook>, before number: Int64?, limit: Int) async throws -> [HookVersion] {
    state.withLock { state in
      let name = state.hooks.first { $0.value.id == hook }?.key ?? ""
      return Array((state.versions[name] ?? []).reversed().filter { $0.number < number ?? .max }.prefix(limit))
    }
  }

  func version(_ hook: ID<Hook>, number: Int64) async throws -> HookVersion? {
    try await versions(hook).first { $0.number == number }
  }

  func activate(
    _ id: ID<Hook>, number: Int64, expected: Int64?, by actor: String, at time: Timestamp
  ) async throws -> Hook {
    guard let version = try await version(id, number: number), var hook = try await find(id) else {
      throw Problem(.notFound, "there is no such version")
    }
    hook.version = version
    state.withLock { [hook] in $0.hooks[hook.name] = hook }
    return hook
  }

  func remove(_ id: ID<Hook>, expected: Int64?, by actor: String, at time: Timestamp) async throws -> Bool {
    state.withLock { state in
      guard let name = state.hooks.first(where: { $0.value.id == id })?.key else { return false }
      state.hooks[name] = nil
      state.versions[name] = nil
      return true
    }
  }

  func formerNames(_ hook: ID<Hook>) async throws -> [String] { [] }
  func update(
    _ id: ID<Hook>, enabled: Bool?, name: String?, expected: Int64?, by actor: String, at time: Timestamp
  ) async throws -> Hook {
    unused()
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
  var metrics: any MetricStore { unused() }
  var schedules: any ScheduleStore { unused() }
  var records: any RecordStore { unused() }
  var triggers: any TriggerStore { unused() }
  func tidy() async throws -> Bool { false }
  var idempotency: any IdempotencyStore { unused() }

  private func unused() -> Never { fatalError("only hooks are kept here") }
}
