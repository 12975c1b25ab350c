/// The bounds of a scheduler.
public struct SchedulerConfiguration: Sendable {
  /// Schedules that are looked at together.
  public var lookBatch: Int
  /// How long before their moments claims are made ready, so that then they are only to be written.
  public var lead: Duration
  /// How long before their moments claims are written, where nothing that may still happen could change them; less than
  /// half of `lead`. Their runs wait for the moment, so that they are late by no commit. A change of the schedule within
  /// this time comes too late for the slot.
  public var advance: Duration
  /// How many claims may be ready.
  public var mostReady: Int
  /// Schedules that one transaction claims slots of.
  public var batch: Int
  /// Transactions on their way at once: while one waits for the disk, the next is made ready. Looks as many.
  public var inFlight: Int
  /// The least time from one transaction or look to the next, so that slots which come close together share one.
  public var spacing: Duration
  /// How long it waits after the store has refused a claim.
  public var retryDelay: Duration
  /// From one look for silent schedules, and for what has happened to the clock, to the next.
  public var watchPeriod: Duration
  /// How many runs of one hook may be queued.
  public var mostQueued: Int

  public init(
    lookBatch: Int = 500, lead: Duration = .seconds(1), advance: Duration = .milliseconds(250), mostReady: Int = 4000,
    batch: Int = 250, inFlight: Int = 2,
    spacing: Duration = .milliseconds(25), retryDelay: Duration = .seconds(1), watchPeriod: Duration = .seconds(15),
    mostQueued: Int = 10_000
  ) {
    self.lookBatch = lookBatch
    self.lead = lead
    self.advance = advance
    self.mostReady = mostReady
    self.batch = batch
    self.inFlight = inFlight
    self.spacing = spacing
    self.retryDelay = retryDelay
    self.watchPeriod = watchPeriod
    self.mostQueued = mostQueued
  }
}
