public import Model

/// The names that a hook had before: what it did under them is found under the one that it has.
public struct FormerNames: Hashable, Sendable {
  public var hook: ID<Hook>
  public var names: [String]

  public init(hook: ID<Hook>, names: [String]) {
    self.hook = hook
    self.names = names
  }
}
