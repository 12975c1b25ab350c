import Model
import Store

/// What is to be recorded of a run that has ended.
struct RunOutcome: Sendable {
  var end: RunEnd
  var bodies: RunBodies
  /// Messages that have not been stored yet.
  var logs: [LogEntry]
}
