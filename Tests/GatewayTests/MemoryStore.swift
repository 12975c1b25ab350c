import Model
import Store
import Synchronization

/// A store in memory, as far as the gateway looks into one.
final class MemoryStore: Store, InstanceStore, HookStore, RunStore, LogStore, KeyStore, EventStore, HostStore,
  VariableStore, DeadLetterStore, MetricStore, IdempotencyStore
{
  struct State {
    var instances: [Instance] = []
    var hooks: [Hook] = []
    var versions: [ID<Hook>: [HookVersion]] = [:]
    var events: [Event] = []
    var eventFollowers: [AsyncStream<Void>.Continuation] = []
    var runs: [(run: Run, bodies: RunBodies)] = []
    var logs: [LogEntry] = []
    var keys: [StoredKey] = []
    var letters: [DeadLetter] = []
    var periods: [RunPeriod] = []
    var claims: [(claim: IdempotencyClaim, run: ID<Run>)] = []
    var variables: [Variable] = []
  }

  let state = Mutex(State())

  var instances: any InstanceStore { self }
  var hooks: any HookStore { self }
  var runs: any RunStore { self }
  var logs: any LogStore { self }
  var keys: any KeyStore { self }
  var events: any EventStore { self }
  var hosts: any HostStore { self }
  var variables: any VariableStore { self }
  var deadLetters: any DeadLetterStore { self }
  var metrics: any MetricStore { self }
  var idempotency: any IdempotencyStore { self }
  let memorySchedules = MemorySchedules()
  var schedules: any ScheduleStore { memorySchedules }
  var records: any RecordStore { fatalError("this store keeps no records") }
  let memoryTriggers = MemoryTriggers()
  var triggers: any TriggerStore { memoryTriggers }

  private var notHere: Problem { Problem(.unavailable, "this store cannot do that") }

  func close() async throws {}
  func tidy() async throws -> Bool { false }

  // Instances

  func create(name: String, by actor: String, at time: Timestamp) async throws -> Instance {
    state.withLock { state in
      let instance = Instance(
        id: ID(at: time), serial: Int64(state.instances.count + 1), name: name, createdAt: time)
      state.instances.append(instance)
      return instance
    }
  }

  func rename(_ id: ID<Instance>, to name: String, by actor: String, at time: Timestamp) async throws -> Instance {
    try state.withLock { state in
      guard let index = state.instances.firstIndex(where: { $0.id == id }) else {
        throw Problem(.notFound, "there is no such instance")
      }
      guard !state.instances.contains(where: { $0.name == name }) else { throw Problem(.conflict, "taken") }
      state.instances[index].name = name
      return state.instances[index]
    }
  }
  func remove(_ id: ID<Instance>, by actor: String, at time: Timestamp) async throws -> Bool {
    state.withLock { state in
      let count = state.instances.count
      state.instances.removeAll { $0.id == id }
      return state.instances.count < count
    }
  }
  func find(name: String) async throws -> Instance? { state.withLock { $0.instances.first { $0.name == name } } }
  func find(_ id: ID<Instance>) async throws -> Instance? { state.withLock { $0.instances.first { $0.id == id } } }
  func list(after serial: Int64, limit: Int) async throws -> [Instance] {
    Array(try await list().filter { $0.serial > serial }.prefix(limit))
  }
  func list() async throws -> [Instance] { state.withLock { $0.instances } }

  // Hooks

  func deploy(_ deployments: [Deployment], at time: Timestamp) async throws -> [(hook: Hook, changed: Bool)] {
    state.withLock { state in
      deployments.map { deployment in
        let index = state.hooks.firstIndex { $0.instance == deployment.instance && $0.name == deployment.name }
        let active = index.map { state.hooks[$0] }
        if let active, active.version.bundle == deployment.bundle, active.version.definition == deployment.definition {
          return (active, false)
        }
        let id = active?.id ?? ID(at: time)
        let version = HookVersion(
          id: ID(at: time), number: Int64((state.versions[id]?.count ?? 0) + 1), bundle: deployment.bundle,
          definition: deployment.definition, origin: deployment.origin, actor: deployment.actor, createdAt: time)
        var hook =
          active
          ?? Hook(
            id: id, instance: deployment.instance, serial: Int64(state.hooks.count + 1), name: deployment.name,
            version: version, createdAt: time, updatedAt: time)
        hook.version = version
        state.versions[id, default: []].append(version)
        if let index { state.hooks[index] = hook } else { state.hooks.append(hook) }
        return (hook, true)
      }
    }
  }

  func find(instance: ID<Instance>, name: String) async throws -> Hook? {
    state.withLock { $0.hooks.first { $0.instance == instance && $0.name == name } }
  }
  func find(_ id: ID<Hook>) async throws -> Hook? { state.withLock { $0.hooks.first { $0.id == id } } }
  func list(instance: ID<Instance>) async throws -> [Hook] {
    state.withLock { $0.hooks.filter { $0.instance == instance } }
  }
  func list(instance: ID<Instance>, after name: String?, limit: Int) async throws -> [Hook] {
    let hooks = try await list(instance: instance).sorted { $0.name < $1.name }
    return Array(hooks.filter { $0.name > name ?? "" }.prefix(limit))
  }
  func versions(_ hook: ID<Hook>, before number: Int64?, limit: Int) async throws -> [HookVersion] {
    state.withLock { state in
      Array((state.versions[hook] ?? []).reversed().filter { $0.number < number ?? .max }.prefix(limit))
    }
  }
  func version(_ hook: ID<Hook>, number: Int64) async throws -> HookVersion? {
    state.withLock { $0.versions[hook]?.first { $0.number == number } }
  }
  func activate(
    _ id: ID<Hook>, number: Int64, expected: Int64?, by actor: String, at time: Timestamp
  ) async throws -> Hook {
    try state.withLock { state in
      guard let index = state.hooks.firstIndex(where: { $0.id == id }),
        let version = state.versions[id]?.first(where: { $0.number == number })
      else { throw Problem(.notFound, "there is no such version") }
      state.hooks[index].version = version
      return state.hooks[index]
    }
  }
  func update(
    _ id: ID<Hook>, enabled: Bool?, name: String?, expected: Int64?, by actor: String, at time: Timestamp
  ) async throws -> Hook {
    try state.withLock { state in
      guard let index = state.hooks.firstIndex(where: { $0.id == id }) else {
        throw Problem(.notFound, "there is no such hook")
      }
      if let expected, expected != state.hooks[index].version.number { throw Problem(.conflict, "another version") }
      state.hooks[index].isEnabled = enabled ?? state.hooks[index].isEnabled
      state.hooks[index].name = name ?? state.hooks[index].name
      return state.hooks[index]
    }
  }
  func remove(_ id: ID<Hook>, expected: Int64?, by actor: String, at time: Timestamp) async throws -> Bool {
    state.withLock { state in
      let count = state.hooks.count
      state.hooks.removeAll { $0.id == id }
      return state.hooks.count < count
    }
  }
  func importDefinitions(
    _ definitions: DefinitionImport, at time: Timestamp
  ) async throws -> [(hook: Hook, changed: Bool)] {
    let outcomes = try await deploy(definitions.deployments, at: time)
    for value in definitions.variables {
      var hook: Hook?
      if let name = value.hookName { hook = try await find(instance: definitions.instance, name: name) }
      try await set(
        Variable(
          instance: definitions.instance, hook: hook?.id, kind: value.kind, name: value.name,
          value: .plain(value.value), updatedAt: time), by: definitions.actor)
    }
    for schedule in definitions.schedules {
      guard let hook = try await find(instance: definitions.instance, name: schedule.hookName) else { continue }
      if let here = try await memorySchedules.find(hook: hook.id, name: schedule.name) {
        _ = try await memorySchedules.update(
          here.id, definition: schedule.definition, isEnabled: schedule.isEnabled, expected: nil,
          by: definitions.actor, at: time)
      } else {
        _ = try await memorySchedules.add(
          Schedule(
            id: ID(at: time), instance: hook.instance, hook: hook.id, hookName: hook.name, name: schedule.name,
            definition: schedule.definition, isEnabled: schedule.isEnabled, createdAt: time, updatedAt: time,
            state: ScheduleState(decidedThrough: time, due: time)), most: 100, by: definitions.actor, at: time)
      }
    }
    for trigger in definitions.triggers {
      guard let hook = try await find(instance: definitions.instance, name: trigger.hookName) else { continue }
      if let here = try await memoryTriggers.find(hook: hook.id, name: trigger.name) {
        _ = try await memoryTriggers.update(
          here.id, definition: trigger.definition, isEnabled: trigger.isEnabled, expected: nil,
          by: definitions.actor, at: time)
      } else {
        _ = try await memoryTriggers.add(
          Trigger(
            id: ID(at: time), instance: hook.instance, hook: hook.id, hookName: hook.name, name: trigger.name,
            definition: trigger.definition, isEnabled: trigger.isEnabled, createdAt: time, updatedAt: time),
          most: 100, by: definitions.actor, at: time)
      }
    }
    return outcomes
  }
  func formerNames(_ hook: ID<Hook>) async throws -> [String] { [] }
  func deployFromFolder(_ deployment: Deployment, at time: Timestamp) async throws -> (hook: Hook?, changed: Bool) {
    throw notHere
  }
  func folderNames(instance: ID<Instance>) async throws -> [String] { throw notHere }
  func removeFromFolder(instance: ID<Instance>, name: String, at time: Timestamp) async throws -> Bool {
    throw notHere
  }
  func bundlesInUse() async throws -> Set<String> { [] }

  // Runs

  func put(_ run: Run, _ bodies: RunBodies = RunBodies()) { state.withLock { $0.runs.append((run, bodies)) } }

  func enqueue(_ run: Run, _ bodies: RunBodies) async throws -> Run { throw notHere }
  func start(_ id: ID<Run>, host: ID<Host>, at time: Timestamp) async throws -> Bool { throw notHere }
  func finish(
    _ id: ID<Run>, _ end: RunEnd, bodies: RunBodies?, logs: [LogEntry], aftermath: RunAftermath?
  ) async throws -> RunSettlement? { throw notHere }
  func record(
    _ run: Run, _ bodies: RunBodies, logs: [LogEntry], aftermath: RunAftermath?
  ) async throws -> (run: Run, settlement: RunSettlement) { throw notHere }
  func closeLost(
    host: ID<Host>, at time: Timestamp, aftermath: @Sendable (Run, RunBodies) async -> RunAftermath?
  ) async throws -> [Run] { throw notHere }
  func queued(
    limit: Int, after: ID<Run>?, dueBy time: Timestamp?
  ) async throws -> [(run: Run, bodies: RunBodies)] { throw notHere }
  func postponed(in moments: ClosedRange<Timestamp>, limit: Int) async throws -> [Run] { throw notHere }
  func nextDue(after time: Timestamp) async throws -> Timestamp? { throw notHere }
  func attempts(of first: ID<Run>) async throws -> [Run] {
    state.withLock { $0.runs.map(\.run).filter { $0.id == first || $0.retryOf == first } }
  }
  func find(_ id: ID<Run>) async throws -> Run? { state.withLock { $0.runs.first { $0.run.id == id }?.run } }
  func bodies(_ id: ID<Run>) async throws -> RunBodies? {
    state.withLock { $0.runs.first { $0.run.id == id }?.bodies }
  }
  func list(_ filter: RunFilter, cursor: String?, limit: Int) async throws -> (items: [Run], next: String?) {
    guard cursor != "bad" else { throw Problem(.invalid, "the cursor is none of ours", field: "cursor") }
    return state.withLock { state in
      let runs = state.runs.map(\.run).filter { run in
        run.instance == filter.instance && (filter.hookName == nil || run.hookName == filter.hookName)
          && (filter.status == nil || run.status == filter.status) && (filter.since ?? run.queuedAt) <= run.queuedAt
          && (filter.schedule == nil || run.cause.schedule == filter.schedule)
          && (filter.trigger == nil || run.cause.trigger == filter.trigger)
      }
      return (Array(runs.prefix(limit)), runs.count > limit ? "next" : nil)
    }
  }
  func prune(endedBefore time: Timestamp, limit: Int) async throws -> Int { throw notHere }

  // Metrics

  func add(_ periods: [RunPeriod]) async throws { state.withLock { $0.periods += periods } }
  func list(
    instance: ID<Instance>, hookName: String?, since: Timestamp, step: Duration, after: (Timestamp, String)?,
    limit: Int
  ) async throws -> [RunPeriod] {
    let periods = state.withLock { $0.periods }.filter { period in
      period.instance == instance && (hookName == nil || period.hookName == hookName) && period.start >= since
        && after.map { (period.start, period.hookName) > $0 } ?? true
    }
    return Array(periods.sorted { ($0.start, $0.hookName) < ($1.start, $1.hookName) }.prefix(limit))
  }

  // Logs

  func append(_ entries: [LogEntry]) async throws -> [LogEntry] {
    state.withLock { state in
      let first = Int64(state.logs.count + 1)
      let numbered = entries.enumerated().map { index, entry in
        var entry = entry
        entry.sequence = first + Int64(index)
        return entry
      }
      state.logs += numbered
      return numbered
    }
  }
  func list(_ filter: LogFilter, limit: Int) async throws -> [LogEntry] {
    state.withLock { state in
      let entries = state.logs.filter { filter.admits($0) }
      return Array(filter.newest ? entries.suffix(limit) : entries.prefix(limit))
    }
  }
  func delete(hook: ID<Hook>) async throws -> Int { throw notHere }
  func prune(before time: Timestamp, limit: Int) async throws -> Int { throw notHere }

  // Keys

  func insert(_ key: StoredKey, by actor: String) async throws { state.withLock { $0.keys.append(key) } }
  func find(hash: [UInt8]) async throws -> StoredKey? { state.withLock { $0.keys.first { $0.hash == hash } } }
  func list(instance: ID<Instance>?) async throws -> [Key] {
    state.withLock { $0.keys.map(\.key).filter { instance == nil || $0.instance == instance } }
  }
  func list(instance: ID<Instance>?, after id: ID<Key>?, limit: Int) async throws -> [Key] {
    let keys = try await list(instance: instance).sorted { $0.id < $1.id }
    return Array(keys.filter { key in id.map { key.id > $0 } ?? true }.prefix(limit))
  }
  func remove(_ id: ID<Key>, by actor: String, at time: Timestamp) async throws -> Bool {
    state.withLock { state in
      let count = state.keys.count
      state.keys.removeAll { $0.key.id == id }
      return state.keys.count < count
    }
  }
}

// Dead letters
extension MemoryStore {
  func find(_ id: ID<Run>) async throws -> DeadLetter? {
    state.withLock { $0.letters.first { $0.run.id == id } }
  }
  func list(
    instance: ID<Instance>, hookName: String?, cursor: String?, limit: Int
  ) async throws -> (items: [DeadLetter], next: String?) {
    state.withLock { state in
      let letters = state.letters.filter {
        $0.run.instance == instance && (hookName == nil || $0.run.hookName == hookName)
      }
      return (Array(letters.prefix(limit)), letters.count > limit ? "next" : nil)
    }
  }
  func redrive(
    _ id: ID<Run>, as run: Run, _ bodies: RunBodies, by actor: String, at time: Timestamp
  ) async throws -> Run { throw notHere }
  func remove(_ id: ID<Run>, by actor: String, at time: Timestamp) async throws -> Bool {
    state.withLock { state in
      let count = state.letters.count
      state.letters.removeAll { $0.run.id == id }
      return state.letters.count < count
    }
  }
}

extension MemoryStore {
  func append(_ event: Event) async throws -> Event {
    let (stored, followers) = state.withLock { state in
      var event = event
      event.sequence = Int64(state.events.count { $0.instance == event.instance } + 1)
      state.events.append(event)
      return (event, state.eventFollowers)
    }
    for follower in followers { follower.yield() }
    return stored
  }

  func list(_ filter: EventFilter, limit: Int) async throws -> [Event] {
    state.withLock { state in
      let events = state.events.filter { event in
        event.instance == filter.instance && event.sequence > filter.after ?? 0
          && (filter.kind.map { event.kind == $0 || event.kind.hasPrefix($0 + ".") } ?? true)
      }
      return Array(filter.newest ? events.suffix(limit) : events.prefix(limit))
    }
  }

  func arrivals() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    state.withLock { $0.eventFollowers.append(continuation) }
    return stream
  }
}

// Claims
extension MemoryStore {
  func find(_ claim: IdempotencyClaim, at time: Timestamp) async throws -> IdempotencyRecord? {
    state.withLock { state in
      let found = state.claims.last { each in
        each.claim.instance == claim.instance && each.claim.hook == claim.hook && each.claim.caller == claim.caller
          && each.claim.key == claim.key && each.claim.expiresAt > time
      }
      return found.map { IdempotencyRecord(run: $0.run, fingerprint: $0.claim.fingerprint) }
    }
  }
  func enqueue(
    _ run: Run, _ bodies: RunBodies, under claim: IdempotencyClaim, at time: Timestamp, most: Int
  ) async throws -> Run {
    state.withLock { state in
      state.claims.append((claim, run.id))
      state.runs.append((run, bodies))
      return run
    }
  }
}

// Variables
extension MemoryStore {
  var allVariables: [Variable] { state.withLock { $0.variables } }

  func set(_ variable: Variable, by actor: String) async throws {
    state.withLock { state in
      state.variables.removeAll { $0.isAt(variable.instance, variable.hook, variable.kind, variable.name) }
      state.variables.append(variable)
    }
  }

  func list(instance: ID<Instance>, hook: ID<Hook>?) async throws -> [Variable] {
    state.withLock { $0.variables.filter { $0.instance == instance && $0.hook == hook } }.sorted { $0.name < $1.name }
  }

  func remove(
    instance: ID<Instance>, hook: ID<Hook>?, kind: Variable.Kind, name: String, by actor: String, at time: Timestamp
  ) async throws -> Bool {
    state.withLock { state in
      let count = state.variables.count
      state.variables.removeAll { $0.isAt(instance, hook, kind, name) }
      return state.variables.count < count
    }
  }

  func countSealed() async throws -> Int { state.withLock { $0.variables.count(where: \.isSecret) } }
}

extension Variable {
  fileprivate func isAt(_ instance: ID<Instance>, _ hook: ID<Hook>?, _ kind: Kind, _ name: String) -> Bool {
    self.instance == instance && self.hook == hook && self.kind == kind && self.name == name
  }
}

// What the gateway never asks for.
extension MemoryStore {
  func prune(instance: ID<Instance>, count: Int64?, bytes: ByteSize?, limit: Int) async throws -> Int { throw unused }
  func prune(instance: ID<Instance>?, before: Timestamp?, count: Int64?, limit: Int) async throws -> Int {
    throw unused
  }
  func removed() async throws -> [ID<Instance>] { throw unused }
  func clear(_ id: ID<Instance>, limit: Int) async throws -> Int { throw unused }
  func prune(
    instance: ID<Instance>, before time: Timestamp?, count: Int64?, limit: Int, at now: Timestamp
  ) async throws -> Int { throw unused }
  func register(_ host: Host) async throws { throw unused }
  func renew(_ id: ID<Host>, until: Timestamp) async throws -> Bool { throw unused }
  func list() async throws -> [Host] { throw unused }
  private var unused: Problem { Problem(.unavailable, "this store cannot do that") }
}
