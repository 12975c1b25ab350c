import Model
import Store
import Synchronization

/// Schedules in memory, as far as the gateway looks at them.
final class MemorySchedules: ScheduleStore {
  private let schedules = Mutex<[Schedule]>([])

  var all: [Schedule] { schedules.withLock(\.self) }

  /// Puts a schedule there as it is, in place of one with its id.
  func put(_ schedule: Schedule) {
    schedules.withLock { schedules in
      schedules.removeAll { $0.id == schedule.id }
      schedules.append(schedule)
    }
  }

  func add(_ schedule: Schedule, most: Int, by actor: String, at time: Timestamp) async throws -> Schedule {
    try schedules.withLock { schedules in
      guard !schedules.contains(where: { $0.hook == schedule.hook && $0.name == schedule.name }) else {
        throw Problem(.conflict, "the hook has a schedule of that name", field: "name")
      }
      var schedule = schedule
      schedule.serial = (schedules.map(\.serial).max() ?? 0) + 1
      schedules.append(schedule)
      return schedule
    }
  }

  func update(
    _ id: ID<Schedule>, definition: ScheduleDefinition?, isEnabled: Bool?, expected: Int64?, by actor: String,
    at time: Timestamp
  ) async throws -> Schedule {
    try schedules.withLock { schedules in
      guard let index = schedules.firstIndex(where: { $0.id == id }) else {
        throw Problem(.notFound, "there is no such schedule")
      }
      if let expected, expected != schedules[index].revision {
        throw Problem(
          .conflict, "the schedule has the revision \(schedules[index].revision)", field: "expected_revision")
      }
      schedules[index].definition = definition ?? schedules[index].definition
      schedules[index].isEnabled = isEnabled ?? schedules[index].isEnabled
      schedules[index].revision += 1
      schedules[index].updatedAt = time
      return schedules[index]
    }
  }

  func remove(_ id: ID<Schedule>, by actor: String, at time: Timestamp) async throws -> Bool {
    schedules.withLock { schedules in
      let count = schedules.count
      schedules.removeAll { $0.id == id }
      return schedules.count < count
    }
  }

  func find(_ id: ID<Schedule>) async throws -> Schedule? { all.first { $0.id == id } }
  func find(hook: ID<Hook>, name: String) async throws -> Schedule? {
    all.first { $0.hook == hook && $0.name == name }
  }

  func list(_ filter: ScheduleFilter, after: Int64, limit: Int) async throws -> [Schedule] {
    let found = all.filter { schedule in
      schedule.instance == filter.instance && filter.hook ?? schedule.hook == schedule.hook
        && filter.isEnabled ?? schedule.isEnabled == schedule.isEnabled
        && filter.isSilent.map { $0 == (schedule.state.silentSince != nil) } ?? true && schedule.serial > after
    }
    return Array(found.sorted { $0.serial < $1.serial }.prefix(limit))
  }

  func upcoming(after: ID<Schedule>?, limit: Int) async throws -> [UpcomingSlot] { throw unused }
  func changes(after number: Int64, limit: Int) async throws -> [(number: Int64, slot: UpcomingSlot)] { throw unused }
  func lastChange() async throws -> Int64 { throw unused }
  func arrivals() -> AsyncStream<Void> { AsyncStream { $0.finish() } }
  func claimable(_ ids: [ID<Schedule>]) async throws -> [ClaimableSchedule] { throw unused }
  func claim(_ claims: [SlotClaim], at time: Timestamp) async throws -> [SlotClaimResult] { throw unused }
  func rewind(to time: Timestamp) async throws -> Int { throw unused }
  func hasUnendedRun(_ id: ID<Schedule>) async throws -> Bool { throw unused }
  func released(limit: Int) async throws -> [ID<Schedule>] { throw unused }
  func silent(at time: Timestamp, limit: Int) async throws -> [Schedule] { throw unused }
  func note(silent: [ID<Schedule>: Timestamp], resumed: [ID<Schedule>], at time: Timestamp) async throws {
    throw unused
  }
  private var unused: Problem { Problem(.unavailable, "this store cannot do that") }
}
