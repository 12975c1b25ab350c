import Model

/// What has come of a claim.
struct SlotSettlement: Sendable {
  let schedule: ID<Schedule>
  /// When it is to be looked at again; `nil` for a schedule that has no slot left, is disabled or gone.
  let due: Timestamp?
  /// Runs that are stored and wait to be started.
  var runs: [Run] = []
  /// Runs that must end before.
  var cancels: [ID<Run>] = []
  /// The claim, if it is to be written at its moment, and nothing of it was written.
  var postponed: PreparedClaim?
}
