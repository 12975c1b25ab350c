/// What a key may do, each including what stands before it.
public enum Role: String, Hashable, Sendable, Codable, CaseIterable {
  /// Run hooks, and read the runs that it started.
  case invoker
  /// Read hooks, traces and logs too.
  case viewer
  /// Change them too: cancel runs, deploy, disable.
  case editor
  /// Everything, keys included.
  case admin

  /// Whether this role includes all that `other` may do.
  public func includes(_ other: Role) -> Bool {
    Role.allCases.firstIndex(of: self)! >= Role.allCases.firstIndex(of: other)!
  }
}
