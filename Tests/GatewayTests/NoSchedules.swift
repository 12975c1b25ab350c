import Model
import Store

/// Where schedules would be, in a store that has none and takes none.
struct NoSchedules: ScheduleStore {
  private let refusal = Problem(.unavailable, "this store cannot do that")

  func add(_ schedule: Schedule, most: Int, by actor: String, at time: Timestamp) async throws -> Schedule {
    throw refusal
  }
  func update(
    _ id: ID<Schedule>, definition: ScheduleDefinition?, isEnabled: Bool?, expected: Int64?, by actor: String,
    at time: Timestamp
  ) async throws -> Schedule { throw refusal }
  func remove(_ id: ID<Schedule>, by actor: String, at time: Timestamp) async throws -> Bool { false }
  func find(_ id: ID<Schedule>) async throws -> Schedule? { nil }
  func find(hook: ID<Hook>, name: String) async throws -> Schedule? { nil }
  func list(_ filter: ScheduleFilter, after: Int64, limit: Int) async throws -> [Schedule] { [] }
  func upcoming(after: ID<Schedule>?, limit: Int) async throws -> [UpcomingSlot] { [] }
  func changes(after number: Int64, limit: Int) async throws -> [(number: Int64, slot: UpcomingSlot)] { [] }
  func lastChange() async throws -> Int64 { 0 }
  func arrivals() -> AsyncStream<Void> { AsyncStream { $0.finish() } }
  func claimable(_ ids: [ID<Schedule>]) async throws -> [ClaimableSchedule] { [] }
  func claim(_ claims: [SlotClaim], at time: Timestamp) async throws -> [SlotClaimResult] { throw refusal }
  func rewind(to time: Timestamp) async throws -> Int { 0 }
  func hasUnendedRun(_ id: ID<Schedule>) async throws -> Bool { false }
  func released(limit: Int) async throws -> [ID<Schedule>] { [] }
  func silent(at time: Timestamp, limit: Int) async throws -> [Schedule] { [] }
  func note(silent: [ID<Schedule>: Timestamp], resumed: [ID<Schedule>], at time: Timestamp) async throws {}
}
