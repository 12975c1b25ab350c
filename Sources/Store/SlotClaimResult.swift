public import Model

/// What has become of a claim.
public enum SlotClaimResult: Hashable, Sendable {
  /// What has become of a slot.
  public enum Outcome: Hashable, Sendable {
    /// Its run is stored, with its serial number.
    case stored(Run)
    /// The overlap policy gives it none.
    case skipped
    /// It waits for an earlier run to end.
    case waiting
    /// As many runs of the hook are queued as may be; an event `schedule.slot_refused` says so for the first one since a
    /// slot had a run.
    case refused
    /// It had a run already.
    case taken
  }

  /// The schedule or its hook is not what it was when the claim was made, or not there; nothing was written.
  case stale
  /// What is to be decided depends on whether an earlier run ends until then; nothing was written.
  case tooEarly
  /// All is written.
  ///
  /// - Parameters:
  ///   - outcomes: in the order of the slots.
  ///   - cancels: earlier runs of the schedule that have not ended and that the policy `cancel-running` ends.
  ///   - revision: the one that the schedule has now.
  case written(outcomes: [Outcome], cancels: [ID<Run>], revision: Int64)
}
