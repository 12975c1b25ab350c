public import Model

/// Runs whose last attempt failed and that somebody must look at. A letter that was not redriven keeps the trace of its
/// run, however old that is; one that was goes with it.
public protocol DeadLetterStore: Sendable {
  /// The letter of that run, redriven or not.
  func find(_ id: ID<Run>) async throws -> DeadLetter?

  /// The letters that were not redriven, newest first.
  ///
  /// - Parameters:
  ///   - hookName: only of runs of the hook that had this name.
  ///   - cursor: `next` of the page before; `nil` for the first page.
  ///   - limit: 1 to 1000.
  /// - Throws: `Problem` `invalid` with field `cursor` or `limit`.
  func list(
    instance: ID<Instance>, hookName: String?, cursor: String?, limit: Int
  ) async throws -> (items: [DeadLetter], next: String?)

  /// Queues `run` in place of a letter, exactly once per letter, with an event `dead_letter.redriven`.
  ///
  /// - Parameters:
  ///   - run: a new first attempt.
  ///   - actor: who does it, for the event.
  /// - Returns: the run with its serial number.
  /// - Throws: `Problem` `notFound` if there is no such letter, `conflict` if it was redriven before; the message names
  ///   the run.
  func redrive(
    _ id: ID<Run>, as run: Run, _ bodies: RunBodies, by actor: String, at time: Timestamp
  ) async throws -> Run

  /// Forgets a letter that was not redriven, with an event `dead_letter.removed`; the trace of its run stays.
  ///
  /// - Returns: whether there was one.
  func remove(_ id: ID<Run>, by actor: String, at time: Timestamp) async throws -> Bool

  /// Forgets the oldest letters of an instance that were not redriven: those of runs that ended before `time`, and those
  /// that are not among the newest `count`. Each has an event `dead_letter.expired`; the traces stay.
  ///
  /// - Parameters:
  ///   - limit: how many at most, 1 to 10,000: the store serves others between two calls.
  ///   - now: the time of the events.
  /// - Returns: how many; 0 when all that are left are to be kept.
  func prune(
    instance: ID<Instance>, before time: Timestamp?, count: Int64?, limit: Int, at now: Timestamp
  ) async throws -> Int
}
