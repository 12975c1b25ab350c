public import Model

/// One time at which a schedule is to run.
public struct ScheduleSlot: Hashable, Sendable {
  /// The slot's own moment, which names it: the same whenever and wherever it is reckoned.
  public let moment: Timestamp
  /// When the run is to begin: `moment`, or later by the schedule's jitter, but always before the next slot's moment.
  public let due: Timestamp
}
