/// Where a run is in its life; `docs/run-states.md` draws the machine.
public enum RunStatus: String, Hashable, Sendable, Codable, CaseIterable {
  case queued
  case starting
  case running
  case succeeded
  case failed
  case timedOut = "timed_out"
  /// Ended because it went beyond a limit other than its time.
  case limited
  case cancelled
  /// Its host died, or lost its lease, while the run was in flight.
  case lost
  /// Refused before it started.
  case blocked

  /// Whether no further change can come.
  public var isFinal: Bool {
    switch self {
    case .queued, .starting, .running: false
    default: true
    }
  }
}
