public import Model

/// Runs and their traces. The transitions are those of the run's state machine, and each happens at most once however
/// many callers try.
public protocol RunStore: Sendable {
  /// Stores a run that has not ended and gives it its serial number. Usually it is `queued`; one whose caller was
  /// turned away at the deadline may already be `running`, with its host and its start.
  ///
  /// - Returns: the run with its serial number, which counts the runs of the instance from 1 without gaps.
  /// - Throws: `Problem` `invalid` if its status is final, `conflict` if the id is taken, `notFound` if there is no
  ///   such instance or hook.
  func enqueue(_ run: Run, _ bodies: RunBodies) async throws -> Run

  /// Claims a run: `queued` becomes `running` at `host`, and its attempt counts one up.
  ///
  /// - Returns: false if it is not queued (any more): somebody else has it, or it was cancelled.
  func start(_ id: ID<Run>, host: ID<Host>, at time: Timestamp) async throws -> Bool

  /// Ends a run exactly once, together with its last bodies and logs.
  ///
  /// - Parameters:
  ///   - bodies: replaces what is stored; `nil` leaves it as it is.
  ///   - logs: stored only if this call ends the run.
  /// - Returns: the logs with their sequence numbers, or `nil` if the run had ended before or is not known; then
  ///   nothing was changed.
  /// - Throws: `Problem` `invalid` if the status of `end` is not final.
  func finish(_ id: ID<Run>, _ end: RunEnd, bodies: RunBodies?, logs: [LogEntry]) async throws -> [LogEntry]?

  /// Stores a run that ended without ever having been stored, as a synchronous one does, in one piece.
  ///
  /// - Returns: the run with its serial number and the logs with their sequence numbers.
  /// - Throws: `Problem` `invalid` if its status is not final, `conflict` if the id is taken, `notFound` if there is no
  ///   such instance or hook.
  func record(_ run: Run, _ bodies: RunBodies, logs: [LogEntry]) async throws -> (run: Run, logs: [LogEntry])

  /// Ends as `lost` all runs that are starting or running at `host`, each exactly once, with an event `run.lost` each.
  ///
  /// For the host's own runs at its start, and for those of a host whose lease has expired.
  ///
  /// - Returns: the runs that this call has closed.
  func closeLost(host: ID<Host>, at time: Timestamp) async throws -> [Run]

  /// Asynchronous runs that still wait, oldest first, of all instances.
  ///
  /// - Parameters:
  ///   - limit: 1 to 1000.
  ///   - after: leaves out this run and those before it; `nil` starts at the oldest.
  func queued(limit: Int, after: ID<Run>?) async throws -> [(run: Run, bodies: RunBodies)]

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
  /// - Returns: how many were deleted; fewer than `limit` when none are left.
  func prune(endedBefore time: Timestamp, limit: Int) async throws -> Int
}

extension RunStore {
  /// The oldest asynchronous runs that still wait.
  public func queued(limit: Int) async throws -> [(run: Run, bodies: RunBodies)] {
    try await queued(limit: limit, after: nil)
  }
}
