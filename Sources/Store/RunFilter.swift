public import Model

/// Which runs a list shows: those of one instance that meet all that is given.
public struct RunFilter: Hashable, Sendable {
  public var instance: ID<Instance>
  /// The name that the hook had when the run was made.
  public var hookName: String?
  public var status: RunStatus?
  /// Queued at this time or later.
  public var since: Timestamp?

  public init(
    instance: ID<Instance>, hookName: String? = nil, status: RunStatus? = nil, since: Timestamp? = nil
  ) {
    self.instance = instance
    self.hookName = hookName
    self.status = status
    self.since = since
  }
}
