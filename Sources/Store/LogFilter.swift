public import Model

/// Which log entries a list shows: those of one instance that meet all that is given.
public struct LogFilter: Hashable, Sendable {
  public var instance: ID<Instance>
  /// The name that the hook had when the entry was made.
  public var hookName: String?
  /// The entries of this hook under these names too, if `hookName` is given.
  public var formerly: FormerNames?
  public var run: ID<Run>?
  /// Only entries with a greater sequence number.
  public var after: Int64?
  /// Whether a list that is cut keeps its end instead of its beginning.
  public var newest: Bool

  public init(
    instance: ID<Instance>, hookName: String? = nil, formerly: FormerNames? = nil, run: ID<Run>? = nil,
    after: Int64? = nil, newest: Bool = false
  ) {
    self.instance = instance
    self.hookName = hookName
    self.formerly = formerly
    self.run = run
    self.after = after
    self.newest = newest
  }

  /// Whether an entry meets the filter; for feeds that carry entries as they come.
  public func admits(_ entry: LogEntry) -> Bool {
    guard entry.instance == instance else { return false }
    if let hookName, entry.hookName != hookName {
      guard let formerly, let name = entry.hookName, entry.hook == formerly.hook, formerly.names.contains(name) else {
        return false
      }
    }
    if let run, entry.run != run { return false }
    if let after, entry.sequence <= after { return false }
    return true
  }
}
