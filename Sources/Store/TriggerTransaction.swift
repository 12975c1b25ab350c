public import Model

/// What may be added to a change within its transaction by whoever reacts to it: all of it happens with the change or
/// not at all. All methods answer at once; they are called within the closure that was given the transaction, and not
/// after it.
public protocol TriggerTransaction {
  /// The triggers of an instance that are enabled, oldest first: of those that run after a change, the ones whose
  /// hooks are enabled too. They are remembered, so that an
  /// instance without any costs nothing.
  ///
  /// - Parameter instance: `nil` for what is the whole host's, which only hooks of the instance `main` may look at.
  func triggers(of instance: ID<Instance>?) throws -> [ActiveTrigger]

  /// Stores a run with what causes it: queued, or `blocked` if this host cannot start it.
  ///
  /// - Throws: `Problem` `tooMany` if `RunAftermath.mostTriggered` runs of its hook are queued.
  func enqueue(_ run: Run, _ bodies: RunBodies) throws -> Run

  func append(_ event: Event) throws -> Event

  /// Has something done when the transaction is on the disk, before whoever asked for it is told. What is not done because
  /// the server died meanwhile must be found again in another way.
  func afterCommit(_ action: @escaping @Sendable () -> Void)
}
