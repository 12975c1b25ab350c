public import Model

/// A trigger that is enabled, with the hook that it starts. Before a change, that may be a disabled one: the change is
/// refused then.
public struct ActiveTrigger: Hashable, Sendable {
  public var trigger: Trigger
  public var hook: Hook

  public init(trigger: Trigger, hook: Hook) {
    self.trigger = trigger
    self.hook = hook
  }
}
