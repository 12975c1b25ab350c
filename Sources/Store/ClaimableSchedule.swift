public import Model

/// A schedule with what its runs are made of.
public struct ClaimableSchedule: Hashable, Sendable {
  public var schedule: Schedule
  public var hook: Hook
  /// The name of its instance.
  public var instanceName: String

  public init(schedule: Schedule, hook: Hook, instanceName: String) {
    self.schedule = schedule
    self.hook = hook
    self.instanceName = instanceName
  }
}
