public import Model

/// Which runs a list shows: those of one instance that meet all that is given.
public struct RunFilter: Hashable, Sendable {
  public var instance: ID<Instance>
  /// The name that the hook had when the run was made.
  public var hookName: String?
  /// The runs of this hook under these names too, if `hookName` is given.
  public var formerly: FormerNames?
  public var status: RunStatus?
  /// Made by this schedule, or for it by hand.
  public var schedule: ID<Schedule>?
  /// Started by this trigger.
  public var trigger: ID<Trigger>?
  /// Queued at this time or later.
  public var since: Timestamp?

  public init(
    instance: ID<Instance>, hookName: String? = nil, formerly: FormerNames? = nil, status: RunStatus? = nil,
    schedule: ID<Schedule>? = nil, trigger: ID<Trigger>? = nil, since: Timestamp? = nil
  ) {
    self.instance = instance
    self.hookName = hookName
    self.formerly = formerly
    self.status = status
    self.schedule = schedule
    self.trigger = trigger
    self.since = since
  }
}
