import Model

extension RunFailure {
  /// The failure as the answer of a caller who still waits for the head.
  func problem(status: RunStatus) -> Problem {
    let code: Problem.Code =
      switch status {
      case .timedOut: .timedOut
      case .lost, .blocked: .unavailable
      case .cancelled: reason == "host" ? .unavailable : .conflict
      default: reason == "host" || reason == "spawn" ? .unavailable : .runFailed
      }
    // What an exception says may be no business of the caller; it is in the trace, for those who may read that.
    if reason == "exception" {
      return Problem(code, "the hook ended with an exception: \(exception ?? "unknown")", hint: "its trace says more")
    }
    return Problem(code, message, field: setting, hint: setting.map { "raise \($0) in the hook's hook.yaml" })
  }
}
