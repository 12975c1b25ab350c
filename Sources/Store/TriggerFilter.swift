public import Model

/// Which triggers a list shows: those of one instance that meet all that is given.
public struct TriggerFilter: Hashable, Sendable {
  public var instance: ID<Instance>
  public var hook: ID<Hook>?
  public var isEnabled: Bool?

  public init(instance: ID<Instance>, hook: ID<Hook>? = nil, isEnabled: Bool? = nil) {
    self.instance = instance
    self.hook = hook
    self.isEnabled = isEnabled
  }
}
