public import Model

/// When a schedule is to be looked at next.
public struct UpcomingSlot: Hashable, Sendable {
  public var schedule: ID<Schedule>
  public var due: Timestamp

  public init(schedule: ID<Schedule>, due: Timestamp) {
    self.schedule = schedule
    self.due = due
  }
}
