public import Model

/// The history of runs by the minute.
public protocol MetricStore: Sendable {
  /// Adds to what is there of the same instances, hooks and minutes: several servers may count the same minute.
  ///
  /// - Throws: `Problem` `notFound` if there is no such instance.
  func add(_ periods: [RunPeriod]) async throws

  /// What the runs of an instance came to, by hook, in steps of a time, ordered by start and hook.
  ///
  /// - Parameters:
  ///   - since: leaves out the steps that begin before it.
  ///   - step: whole minutes; a step begins at a multiple of it since 1970.
  ///   - after: leaves out the step of that start and hook and what comes before it.
  ///   - limit: 1 to 1000.
  /// - Throws: `Problem` `invalid` with field `step` or `limit`.
  func list(
    instance: ID<Instance>, hookName: String?, since: Timestamp, step: Duration, after: (Timestamp, String)?,
    limit: Int
  ) async throws -> [RunPeriod]

  /// Deletes minutes that began before `time`, oldest first.
  ///
  /// - Parameter limit: how many rows at most, 1 to 10,000.
  /// - Returns: how many rows were deleted.
  func prune(before time: Timestamp, limit: Int) async throws -> Int
}
