public import Model

/// Schedules, how far each has come, and the claims of their slots.
///
/// Changes by people are written together with an event, whose actor is who made them. Those that a hook's version
/// declares come and go with that version: `HookStore` makes, changes and removes them in its own transactions, so that
/// a schedule of the same name and definition stays what it was, and removes all of a hook that is removed.
///
/// A change of a schedule, its enabling, and that of its hook, set `decidedThrough` and `due` to the time of the change:
/// what came before is decided, and whoever claims slots finds the next one.
public protocol ScheduleStore: Sendable {
  /// Stores a schedule that somebody made beside its hook, with an event `schedule.created`.
  ///
  /// - Parameter most: how many the instance may have.
  /// - Returns: the schedule with its serial number.
  /// - Throws: `Problem` `notFound` if there is no such hook or instance, `conflict` with field `name` if the hook has one
  ///   of that name, `tooMany` if the instance has `most`.
  func add(_ schedule: Schedule, most: Int, by actor: String, at time: Timestamp) async throws -> Schedule

  /// Gives a schedule another definition, with an event `schedule.updated`, or enables or disables it, with
  /// `schedule.enabled` or `schedule.disabled`. What is so already is not written. Enabling it forgets its failures in a
  /// row and why it was disabled.
  ///
  /// - Parameters:
  ///   - definition: only of those whose origin is `api`; `nil` leaves it.
  ///   - expected: the revision that it must have, or the change is a `conflict`; `nil` takes any.
  /// - Throws: `Problem` `notFound` if it is not there, `conflict` if its definition is the manifest's.
  func update(
    _ id: ID<Schedule>, definition: ScheduleDefinition?, isEnabled: Bool?, expected: Int64?, by actor: String,
    at time: Timestamp
  ) async throws -> Schedule

  /// Removes a schedule, with an event `schedule.removed`. Its runs stay.
  ///
  /// - Returns: false if it is not there.
  /// - Throws: `Problem` `conflict` if its origin is the manifest.
  func remove(_ id: ID<Schedule>, by actor: String, at time: Timestamp) async throws -> Bool

  func find(_ id: ID<Schedule>) async throws -> Schedule?

  func find(hook: ID<Hook>, name: String) async throws -> Schedule?

  /// Schedules in the order of their serial numbers.
  ///
  /// - Parameters:
  ///   - after: a serial number; leaves out this one and those before it.
  ///   - limit: 1 to 1000.
  func list(_ filter: ScheduleFilter, after: Int64, limit: Int) async throws -> [Schedule]

  // MARK: - For those who claim slots

  /// Schedules with a slot to come that are enabled and whose hook is, by id: those after `after`.
  ///
  /// - Parameter limit: 1 to 10,000.
  func upcoming(after: ID<Schedule>?, limit: Int) async throws -> [UpcomingSlot]

  /// Those of `upcoming` that were made, changed or enabled since, in the order of those changes. Claims are not among
  /// the changes.
  ///
  /// - Parameters:
  ///   - number: of the last change that is known; those after it are given.
  ///   - limit: 1 to 10,000.
  func changes(after number: Int64, limit: Int) async throws -> [(number: Int64, slot: UpcomingSlot)]

  /// The number of the last change; 0 when there was none.
  func lastChange() async throws -> Int64

  /// Says from now on that there are new changes, once they are on the disk; several may be one word. Ends when its
  /// reader stops, or the store is closed.
  func arrivals() -> AsyncStream<Void>

  /// What somebody needs to decide about slots of these schedules. Those that are not there, not enabled, or whose hook
  /// is not, are left out.
  ///
  /// - Parameter ids: at most 1000.
  func claimable(_ ids: [ID<Schedule>]) async throws -> [ClaimableSchedule]

  /// Writes what was decided about slots, and their runs, in one transaction; each claim whole or not at all. No two
  /// runs are ever written for one slot of one schedule, whoever tries and whenever, as long as the first is kept.
  ///
  /// - Returns: in the order of the claims.
  func claim(_ claims: [SlotClaim], at time: Timestamp) async throws -> [SlotClaimResult]

  /// Makes the slots after `time` undecided where a clock that was wrong had them decided, and has these schedules looked
  /// at: `decidedThrough` and `due` become `time` where `decidedThrough` is later, with a change. Slots that have a run
  /// keep it, and get no other.
  ///
  /// - Returns: how many schedules.
  @discardableResult
  func rewind(to time: Timestamp) async throws -> Int

  /// Whether a run of the schedule has not ended.
  func hasUnendedRun(_ id: ID<Schedule>) async throws -> Bool

  /// Schedules that have a slot waiting for an earlier run to end and no such run (any more).
  ///
  /// - Parameter limit: 1 to 1000.
  func released(limit: Int) async throws -> [ID<Schedule>]

  // MARK: - Silence

  /// Schedules whose slot is due for longer than its tolerance and has no run, or that were silent before, the longest
  /// silent first.
  ///
  /// - Parameter limit: 1 to 1000.
  func silent(at time: Timestamp, limit: Int) async throws -> [Schedule]

  /// Notes since when schedules are silent, with an event `schedule.silent` each, or that they are no longer, with
  /// `schedule.resumed`. What is noted already is not written.
  func note(silent: [ID<Schedule>: Timestamp], resumed: [ID<Schedule>], at time: Timestamp) async throws
}
