import Model
import Store

struct SQLiteScheduleStore: ScheduleStore {
  let connection: StoreConnection

  func add(_ schedule: Schedule, most: Int, by actor: String, at time: Timestamp) async throws -> Schedule {
    throw Problem(.internal, "not built")
  }
  func update(
    _ id: ID<Schedule>, definition: ScheduleDefinition?, isEnabled: Bool?, expected: Int64?, by actor: String,
    at time: Timestamp
  ) async throws -> Schedule { throw Problem(.internal, "not built") }
  func remove(_ id: ID<Schedule>, by actor: String, at time: Timestamp) async throws -> Bool {
    throw Problem(.internal, "not built")
  }
  func find(_ id: ID<Schedule>) async throws -> Schedule? { throw Problem(.internal, "not built") }
  func find(hook: ID<Hook>, name: String) async throws -> Schedule? { throw Problem(.internal, "not built") }
  func list(_ filter: ScheduleFilter, after: Int64, limit: Int) async throws -> [Schedule] {
    throw Problem(.internal, "not built")
  }
  func upcoming(after: ID<Schedule>?, limit: Int) async throws -> [UpcomingSlot] {
    throw Problem(.internal, "not built")
  }
  func changes(after number: Int64, limit: Int) async throws -> [(number: Int64, slot: UpcomingSlot)] {
    throw Problem(.internal, "not built")
  }
  func lastChange() async throws -> Int64 { throw Problem(.internal, "not built") }
  func arrivals() -> AsyncStream<Void> { AsyncStream { $0.finish() } }
  func claimable(_ ids: [ID<Schedule>]) async throws -> [ClaimableSchedule] { throw Problem(.internal, "not built") }
  func claim(_ claims: [SlotClaim], at time: Timestamp) async throws -> [SlotClaimResult] {
    throw Problem(.internal, "not built")
  }
  func hasUnendedRun(_ id: ID<Schedule>) async throws -> Bool { throw Problem(.internal, "not built") }
  func released(limit: Int) async throws -> [ID<Schedule>] { throw Problem(.internal, "not built") }
  func silent(at time: Timestamp, limit: Int) async throws -> [Schedule] { throw Problem(.internal, "not built") }
  func note(silent: [ID<Schedule>: Timestamp], resumed: [ID<Schedule>], at time: Timestamp) async throws {
    throw Problem(.internal, "not built")
  }
}
