/// How the process of a run comes to be. All have the same sandbox, limits and contract.
public enum StartMode: String, Hashable, Sendable, Codable, CaseIterable {
  /// The interpreter is executed for the run.
  case exec
  /// The run is a fork of an interpreter that was begun once for the instance, and has never seen a hook.
  case fork
  /// The interpreter was executed ahead of need, and waits for this one run.
  case spare
}
