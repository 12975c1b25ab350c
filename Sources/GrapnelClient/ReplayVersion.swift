/// Which version of a hook runs what an earlier run was given.
public enum ReplayVersion: Hashable, Sendable {
  /// The one that is active now.
  case active
  case number(Int64)
  /// The files and the definition that ran then.
  case asRecorded
}
