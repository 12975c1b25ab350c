public import Model

/// What the end of a run brings about, written in the transaction that ends the run: either its next attempt, or, when
/// there is none or no room for it, what is due after the last one.
public struct RunAftermath: Hashable, Sendable {
  /// A run that a hook is told of the failure with.
  public struct Report: Hashable, Sendable {
    public var run: Run
    public var bodies: RunBodies

    public init(run: Run, bodies: RunBodies) {
      self.run = run
      self.bodies = bodies
    }
  }

  /// The next attempt, queued; payload and input are those that the failed run was stored with.
  public var retry: Run?
  /// Queued for the last attempt's failure.
  public var report: Report?
  /// Whether the last attempt's failure is a dead letter.
  public var isDeadLetter: Bool
  /// Recorded together with the end, unless there is another attempt.
  public var events: [Event]
  /// What it says of the schedule whose run it was, unless there is another attempt.
  public var verdict: ScheduleVerdict?
  /// How many runs of one hook may be queued: `retry` and reports are not when there are so many.
  public var mostQueued: Int

  public init(
    retry: Run? = nil, report: Report? = nil, isDeadLetter: Bool = false, events: [Event] = [],
    verdict: ScheduleVerdict? = nil, mostQueued: Int = RunAftermath.mostQueued
  ) {
    self.retry = retry
    self.report = report
    self.isDeadLetter = isDeadLetter
    self.events = events
    self.verdict = verdict
    self.mostQueued = mostQueued
  }

  /// The bound of a server.
  public static let mostQueued = 10_000
  /// How many runs of one hook may be queued for triggers to start one more; beyond, the change that would is refused.
  public static let mostTriggered = 100_000
}
