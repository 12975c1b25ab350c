public import Model

/// What was written together with the end of a run.
public struct RunSettlement: Hashable, Sendable {
  /// The last messages, with their sequence numbers.
  public var logs: [LogEntry]
  /// The runs that were queued: the next attempt, or the report of the last one's failure. With them the next run of
  /// the same order key, which waited for this one.
  public var queued: [Run]
  /// The words of the host that the last attempt's failure calls for and that could not be foreseen, such as that there
  /// was no room for a retry.
  public var refusals: [Event]

  public init(logs: [LogEntry], queued: [Run] = [], refusals: [Event] = []) {
    self.logs = logs
    self.queued = queued
    self.refusals = refusals
  }
}
