/// The bounds of a scheduler.
public struct SchedulerConfiguration: Sendable {
  /// Schedules that one transaction claims slots of.
  public var batch: Int
  /// Transactions on their way at once: while one waits for the disk, the next is made ready.
  public var inFlight: Int
  /// The least time from one look at what is due to the next, so that slots which come close together share one.
  public var spacing: Duration
  /// How long it waits after the store has refused a claim.
  public var retryDelay: Duration
  /// From one look for silent schedules, and for what has happened to the clock, to the next.
  public var watchPeriod: Duration
  /// How many runs of one hook may be queued.
  public var mostQueued: Int

  public init(
    batch: Int = 100, inFlight: Int = 3, spacing: Duration = .milliseconds(8), retryDelay: Duration = .seconds(1),
    watchPeriod: Duration = .seconds(15), mostQueued: Int = 10_000
  ) {
    self.batch = batch
    self.inFlight = inFlight
    self.spacing = spacing
    self.retryDelay = retryDelay
    self.watchPeriod = watchPeriod
    self.mostQueued = mostQueued
  }
}
