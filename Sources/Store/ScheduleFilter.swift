public import Model

/// Which schedules a list shows: those of one instance that meet all that is given.
public struct ScheduleFilter: Hashable, Sendable {
  public var instance: ID<Instance>
  public var hook: ID<Hook>?
  public var isEnabled: Bool?
  /// Whether it is noted as silent.
  public var isSilent: Bool?

  public init(instance: ID<Instance>, hook: ID<Hook>? = nil, isEnabled: Bool? = nil, isSilent: Bool? = nil) {
    self.instance = instance
    self.hook = hook
    self.isEnabled = isEnabled
    self.isSilent = isSilent
  }
}
