public import Model

/// Runs and their traces. The transitions are those of the run's state machine, and each happens at most once however
/// many callers try.
public protocol RunStore: Sendable {
  /// Stores a run that has not ended and gives it its serial number. Usually it is `queued`; one whose caller was
  /// turned away at the deadline may already be `running`, with its host and its start. With a replay its event
  /// (`Run.replay`) is written.
  ///
  /// - Returns: the run with its serial number, which counts the runs of the instance from 1 without gaps.
  /// - Throws: `Problem` `invalid` if its status is final, `conflict` if the id is taken, `notFound` if there is no
  ///   such instance or hook.
  func enqueue(_ run: Run, _ bodies: RunBodies) async throws -> Run

  /// Claims a run: `queued` becomes `running` at `host`, and its attempt counts one up.
  ///
  /// - Returns: false if it is not queued (any more): somebody else has it, it was cancelled, or its instance was
  ///   removed; and if a run of its order key that comes before it has not ended.
  func start(_ id: ID<Run>, host: ID<Host>, at time: Timestamp) async throws -> Bool

  /// Ends a run exactly once, together with its last bodies and logs, and with what its failure brings about.
  ///
  /// - Parameters:
  ///   - bodies: replaces what is stored; `nil` leaves it as it is.
  ///   - logs: stored only if this call ends the run.
  ///   - aftermath: written in the same transaction, or not at all.
  /// - Returns: what was written, or `nil` if the run had ended before or is not known; then nothing was changed.
  /// - Throws: `Problem` `invalid` if the status of `end` is not final.
  func finish(
    _ id: ID<Run>, _ end: RunEnd, bodies: RunBodies?, logs: [LogEntry], aftermath: RunAftermath?
  ) async throws -> RunSettlement?

  /// Stores a run that ended without ever having been stored, as a synchronous one does, in one piece, with the event of
  /// a replay as `enqueue`.
  ///
  /// - Parameter aftermath: written in the same transaction; it has no retry, because nobody is owed one.
  /// - Returns: the run with its serial number, and what else was written.
  /// - Throws: `Problem` `invalid` if its status is not final, `conflict` if the id is taken, `notFound` if there is no
  ///   such instance or hook.
  func record(
    _ run: Run, _ bodies: RunBodies, logs: [LogEntry], aftermath: RunAftermath?
  ) async throws -> (run: Run, settlement: RunSettlement)

  /// Ends as `lost` all runs that are starting or running at `host`, each exactly once, with an event `run.lost` each.
  ///
  /// For the host's own runs at its start, and for those of a host whose lease has expired.
  ///
  /// - Parameter aftermath: what the loss of a run, given as it was lost, brings about; written together with its end.
  /// - Returns: the runs that this call has closed.
  func closeLost(
    host: ID<Host>, at time: Timestamp, aftermath: @Sendable (Run, RunBodies) async -> RunAftermath?
  ) async throws -> [Run]

  /// Asynchronous runs that still wait and may start by now, oldest first, of all instances. Those that wait for an
  /// earlier run of their order key are left out: its end names them.
  ///
  /// - Parameters:
  ///   - limit: 1 to 1000.
  ///   - after: leaves out this run and those before it; `nil` starts at the oldest.
  ///   - time: leaves out runs that may start only later; `nil` gives those too.
  func queued(limit: Int, after: ID<Run>?, dueBy time: Timestamp?) async throws -> [(run: Run, bodies: RunBodies)]

  /// Runs that wait and that may start from a moment within `moments` on, in that order, of all instances.
  ///
  /// - Parameter limit: 1 to 1000.
  func postponed(in moments: ClosedRange<Timestamp>, limit: Int) async throws -> [Run]

  /// When the next of the waiting runs may start that may not start at `time` yet.
  func nextDue(after time: Timestamp) async throws -> Timestamp?

  /// A first attempt and those that followed it, in order; of them those that are still kept.
  func attempts(of first: ID<Run>) async throws -> [Run]

  func find(_ id: ID<Run>) async throws -> Run?

  /// The large parts of a run; `nil` if the run is not known.
  func bodies(_ id: ID<Run>) async throws -> RunBodies?

  /// Runs, newest first, by the time they were queued. Runs that come while somebody pages neither repeat nor hide
  /// others.
  ///
  /// - Parameters:
  ///   - cursor: `next` of the page before; `nil` for the first page.
  ///   - limit: 1 to 1000.
  /// - Returns: the runs, and the cursor of the next page unless this is the last.
  /// - Throws: `Problem` `invalid` with field `cursor` or `limit`.
  func list(_ filter: RunFilter, cursor: String?, limit: Int) async throws -> (items: [Run], next: String?)

  /// Deletes runs that ended before `time`, oldest first, with their bodies; logs have their own retention.
  ///
  /// - Parameter limit: how many at most, 1 to 10,000: the store serves others between two calls.
  /// - Returns: how many were deleted; 0 when none are left.
  func prune(endedBefore time: Timestamp, limit: Int) async throws -> Int

  /// Deletes the oldest runs of an instance that have ended, with their bodies, while it has more runs than `count`, or
  /// while they take more than about `bytes`. Runs that have not ended count, and stay.
  ///
  /// - Parameter limit: how many at most, 1 to 10,000; fewer where they are large.
  /// - Returns: how many were deleted; 0 when all that are left are to be kept.
  func prune(instance: ID<Instance>, count: Int64?, bytes: ByteSize?, limit: Int) async throws -> Int
}

extension RunStore {
  /// The oldest asynchronous runs that still wait, also for their time.
  public func queued(limit: Int, after: ID<Run>? = nil) async throws -> [(run: Run, bodies: RunBodies)] {
    try await queued(limit: limit, after: after, dueBy: nil)
  }

  /// Ends a run whose end brings about nothing.
  ///
  /// - Returns: the logs with their sequence numbers, or `nil` if the run had ended before or is not known.
  public func finish(
    _ id: ID<Run>, _ end: RunEnd, bodies: RunBodies?, logs: [LogEntry]
  ) async throws -> [LogEntry]? {
    try await finish(id, end, bodies: bodies, logs: logs, aftermath: nil)?.logs
  }

  /// Stores a run that ended and whose end brings about nothing.
  public func record(
    _ run: Run, _ bodies: RunBodies, logs: [LogEntry]
  ) async throws -> (run: Run, logs: [LogEntry]) {
    let (run, settlement) = try await record(run, bodies, logs: logs, aftermath: nil)
    return (run, settlement.logs)
  }

  /// Ends runs as `lost` whose loss brings about nothing.
  public func closeLost(host: ID<Host>, at time: Timestamp) async throws -> [Run] {
    try await closeLost(host: host, at: time) { _, _ in nil }
  }
}
