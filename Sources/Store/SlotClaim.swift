public import Model

/// What somebody has decided about slots of one schedule, on its way into the store.
public struct SlotClaim: Hashable, Sendable {
  /// A slot that is to have a run.
  public struct Slot: Hashable, Sendable {
    /// Its moment, which is the `slot` of the run's cause too.
    public var moment: Timestamp
    /// Queued, or ended as `blocked` where the run cannot be started at all.
    public var run: Run
    public var bodies: RunBodies
    /// Whether the run is queued whatever other runs of the schedule there are.
    public var ignoresOverlap: Bool

    public init(moment: Timestamp, run: Run, bodies: RunBodies, ignoresOverlap: Bool = false) {
      self.moment = moment
      self.run = run
      self.bodies = bodies
      self.ignoresOverlap = ignoresOverlap
    }
  }

  /// A version of a hook.
  public struct Version: Hashable, Sendable {
    public var hook: ID<Hook>
    public var number: Int64

    public init(hook: ID<Hook>, number: Int64) {
      self.hook = hook
      self.number = number
    }
  }

  public var schedule: ID<Schedule>
  /// The revision of the schedule that was decided about; if it has another one, nothing of the claim is written.
  public var revision: Int64
  /// The version that its runs are of. If it is not the active one, or its hook is disabled or gone, nothing of the claim is
  /// written; `nil` leaves that open.
  public var version: Version?
  /// The new values of the schedule's state.
  public var decidedThrough: Timestamp
  public var due: Timestamp?
  /// In the order of their moments.
  public var slots: [Slot]
  /// How many slots are to have no run because they were missed.
  public var missed: Int64
  /// Whether the slot that waits for an earlier run is among `slots`, and waits no longer.
  public var takesWaiting: Bool
  public var overlap: OverlapPolicy
  /// Whether its slots are still to come. If a run of the schedule has not ended, which it may until then, nothing of the
  /// claim is written where the overlap policy asks for that.
  public var isAhead = false
  /// Recorded with the claim, such as `schedule.missed`.
  public var events: [Event]
  /// How many runs of one hook may be queued: a slot has no run when there are so many.
  public var mostQueued: Int

  public init(
    schedule: ID<Schedule>, revision: Int64, version: Version? = nil, decidedThrough: Timestamp, due: Timestamp?,
    slots: [Slot] = [], missed: Int64 = 0, takesWaiting: Bool = false, overlap: OverlapPolicy, events: [Event] = [],
    mostQueued: Int = RunAftermath.mostQueued
  ) {
    self.schedule = schedule
    self.revision = revision
    self.version = version
    self.decidedThrough = decidedThrough
    self.due = due
    self.slots = slots
    self.missed = missed
    self.takesWaiting = takesWaiting
    self.overlap = overlap
    self.events = events
    self.mostQueued = mostQueued
  }
}
