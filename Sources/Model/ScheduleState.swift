/// How far a schedule has come. Whoever claims its slots changes it, in the transaction that writes their runs.
public struct ScheduleState: Hashable, Sendable {
  /// Every slot whose moment is at this one or before it is decided: it has a run, or is to have none.
  public var decidedThrough: Timestamp
  /// When its next slot is due, or, after a change of the schedule, the moment of that change, at which whoever claims
  /// its slots is to look for it; `nil` if it has no slot left.
  public var due: Timestamp?
  /// A slot whose run waits for an earlier one to end.
  public var waiting: Timestamp?
  /// The last slot that got a run, and that run.
  public var lastSlot: Timestamp?
  public var lastRun: ID<Run>?
  /// Slots that got a run, had none because of the overlap policy or a full queue, and were missed.
  public var fired: Int64
  public var skipped: Int64
  public var missed: Int64
  /// Runs in a row whose last attempt has failed.
  public var failures: Int
  /// Since when a slot that was due has had no run within the tolerance; `nil` while all is well.
  public var silentSince: Timestamp?

  public init(
    decidedThrough: Timestamp, due: Timestamp?, waiting: Timestamp? = nil, lastSlot: Timestamp? = nil,
    lastRun: ID<Run>? = nil, fired: Int64 = 0, skipped: Int64 = 0, missed: Int64 = 0, failures: Int = 0,
    silentSince: Timestamp? = nil
  ) {
    self.decidedThrough = decidedThrough
    self.due = due
    self.waiting = waiting
    self.lastSlot = lastSlot
    self.lastRun = lastRun
    self.fired = fired
    self.skipped = skipped
    self.missed = missed
    self.failures = failures
    self.silentSince = silentSince
  }
}
