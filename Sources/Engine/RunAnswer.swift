public import Model

/// What a caller gets for an invocation.
public enum RunAnswer: Sendable {
  /// The run is owed: it is stored, and happens even if the server dies now.
  case accepted(Run)
  /// The head of the run's answer; its body follows.
  case response(RunningResponse)
}
