import Model
import Store

/// What is to be recorded of a run that has ended.
struct RunOutcome: Sendable {
  var end: RunEnd
  var bodies: RunBodies
  /// The body of the answer, or what of it was still held back when the run ended.
  var body: AnswerBody
  /// Messages that have not been stored yet.
  var logs: [LogEntry]
  /// The step of the sandbox's set-up that failed, if one did.
  var failedStep: String?
}
