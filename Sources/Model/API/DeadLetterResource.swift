/// A dead letter as the management API shows it: a run whose last attempt failed, until somebody deals with it.
public struct DeadLetterResource: Hashable, Sendable, Codable {
  /// The id of the last attempt, whose trace says more.
  public var id: ID<Run>
  public var instance: String
  public var hook: String?
  public var status: RunStatus
  public var failure: RunFailure?
  /// How many attempts there were.
  public var attempts: Int
  /// The first of them.
  public var firstRun: ID<Run>
  public var async: Bool
  public var diedAt: Timestamp

  /// - Parameter run: the last attempt.
  public init(_ run: Run, diedAt: Timestamp, instance: String) {
    id = run.id
    self.instance = instance
    hook = run.hookName
    status = run.status
    failure = run.failure
    attempts = run.attempt
    firstRun = run.retryOf ?? run.id
    async = run.isAsynchronous
    self.diedAt = diedAt
  }

  private enum CodingKeys: String, CodingKey {
    case id, instance, hook, status, failure, attempts, async
    case firstRun = "first_run"
    case diedAt = "died_at"
  }
}
