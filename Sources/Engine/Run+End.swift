import Model
import Store

extension Run {
  /// The run as it is once `end` has happened to it; the same as what the store makes of both.
  func ended(_ end: RunEnd) -> Run {
    var run = self
    run.status = end.status
    run.endedAt = end.endedAt
    run.startedAt = end.startedAt ?? startedAt
    run.attempt = end.attempt ?? attempt
    run.exitCode = end.exitCode
    run.signal = end.signal
    run.use = end.use
    run.failure = end.failure
    return run
  }
}
