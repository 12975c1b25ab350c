public import Model

/// What the end of a scheduled run, if no other attempt follows it, says of its schedule.
public struct ScheduleVerdict: Hashable, Sendable {
  public var schedule: ID<Schedule>
  public var isSuccess: Bool
  /// The schedule is disabled, with an event `schedule.disabled`, when so many runs in a row have failed.
  public var disableAfter: Int?
  /// Queued if this is the first success after a failure, which an event `schedule.recovered` tells besides.
  public var recovery: RunAftermath.Report?
  /// Recorded with a first success after a failure.
  public var events: [Event]

  public init(
    schedule: ID<Schedule>, isSuccess: Bool, disableAfter: Int? = nil, recovery: RunAftermath.Report? = nil,
    events: [Event] = []
  ) {
    self.schedule = schedule
    self.isSuccess = isSuccess
    self.disableAfter = disableAfter
    self.recovery = recovery
    self.events = events
  }
}
