import Model
import Store
import Synchronization

/// A store that takes no claims of slots, or keeps what is to come to itself, when a test says so.
final class RefusingStore: Store {
  private let base: any Store
  private let state = Mutex((refuses: false, refusals: 0, hidesUpcoming: false))

  init(_ base: any Store) {
    self.base = base
  }

  var refuses: Bool {
    get { state.withLock { $0.refuses } }
    set { state.withLock { $0.refuses = newValue } }
  }
  var hidesUpcoming: Bool {
    get { state.withLock { $0.hidesUpcoming } }
    set { state.withLock { $0.hidesUpcoming = newValue } }
  }
  var refusals: Int { state.withLock { $0.refusals } }

  var instances: any InstanceStore { base.instances }
  var hooks: any HookStore { base.hooks }
  var runs: any RunStore { base.runs }
  var logs: any LogStore { base.logs }
  var keys: any KeyStore { base.keys }
  var events: any EventStore { base.events }
  var hosts: any HostStore { base.hosts }
  var variables: any VariableStore { base.variables }
  var deadLetters: any DeadLetterStore { base.deadLetters }
  var idempotency: any IdempotencyStore { base.idempotency }
  var metrics: any MetricStore { base.metrics }
  var records: any RecordStore { base.records }
  var triggers: any TriggerStore { base.triggers }
  var schedules: any ScheduleStore { Schedules(base: base.schedules, owner: self) }

  func tidy() async throws -> Bool { try await base.tidy() }
  func close() async throws { try await base.close() }

  private func refuse() throws {
    try state.withLock {
      guard $0.refuses else { return }
      $0.refusals += 1
      throw Problem(.unavailable, "the disk is full")
    }
  }

  private struct Schedules: ScheduleStore {
    let base: any ScheduleStore
    let owner: RefusingStore

    func claim(_ claims: [SlotClaim], at time: Timestamp) async throws -> [SlotClaimResult] {
      try owner.refuse()
      return try await base.claim(claims, at: time)
    }

    func add(_ schedule: Schedule, most: Int, by actor: String, at time: Timestamp) async throws -> Schedule {
      try await base.add(schedule, most: most, by: actor, at: time)
    }
    func update(
      _ id: ID<Schedule>, definition: ScheduleDefinition?, isEnabled: Bool?, expected: Int64?, by actor: String,
      at time: Timestamp
    ) async throws -> Schedule {
      try await base.update(id, definition: definition, isEnabled: isEnabled, expected: expected, by: actor, at: time)
    }
    func remove(_ id: ID<Schedule>, by actor: String, at time: Timestamp) async throws -> Bool {
      try await base.remove(id, by: actor, at: time)
    }
    func find(_ id: ID<Schedule>) async throws -> Schedule? { try await base.find(id) }
    func find(hook: ID<Hook>, name: String) async throws -> Schedule? { try await base.find(hook: hook, name: name) }
    func list(_ filter: ScheduleFilter, after: Int64, limit: Int) async throws -> [Schedule] {
      try await base.list(filter, after: after, limit: limit)
    }
    func upcoming(after: ID<Schedule>?, limit: Int) async throws -> [UpcomingSlot] {
      owner.hidesUpcoming ? [] : try await base.upcoming(after: after, limit: limit)
    }
    func changes(after number: Int64, limit: Int) async throws -> [(number: Int64, slot: UpcomingSlot)] {
      try await base.changes(after: number, limit: limit)
    }
    func lastChange() async throws -> Int64 { try await base.lastChange() }
    func arrivals() -> AsyncStream<Void> { base.arrivals() }
    func claimable(_ ids: [ID<Schedule>]) async throws -> [ClaimableSchedule] { try await base.claimable(ids) }
    func rewind(to time: Timestamp) async throws -> Int { try await base.rewind(to: time) }
    func hasUnendedRun(_ id: ID<Schedule>) async throws -> Bool { try await base.hasUnendedRun(id) }
    func released(limit: Int) async throws -> [ID<Schedule>] { try await base.released(limit: limit) }
    func silent(at time: Timestamp, limit: Int) async throws -> [Schedule] {
      try await base.silent(at: time, limit: limit)
    }
    func note(silent: [ID<Schedule>: Timestamp], resumed: [ID<Schedule>], at time: Timestamp) async throws {
      try await base.note(silent: silent, resumed: resumed, at: time)
    }
  }
}
