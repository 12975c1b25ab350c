public import Model

/// What runs wrote, message by message.
public protocol LogStore: Sendable {
  /// Stores messages in the order given.
  ///
  /// - Returns: the entries with their sequence numbers, which grow with every entry of the store.
  /// - Throws: `Problem` `notFound` if there is no such instance.
  func append(_ entries: [LogEntry]) async throws -> [LogEntry]

  /// Entries in the order of their sequence numbers.
  ///
  /// - Parameter limit: 1 to 1000; with `newest` the last ones that meet the filter, otherwise the first.
  /// - Throws: `Problem` `invalid` with field `limit`.
  func list(_ filter: LogFilter, limit: Int) async throws -> [LogEntry]

  /// Deletes all entries of a hook.
  ///
  /// - Returns: how many there were.
  func delete(hook: ID<Hook>) async throws -> Int

  /// Deletes entries older than `time`, oldest first.
  ///
  /// - Parameter limit: how many at most, 1 to 10,000: the store serves others between two calls.
  /// - Returns: how many were deleted; fewer than `limit` when none are left.
  func prune(before time: Timestamp, limit: Int) async throws -> Int

  /// Deletes the oldest entries of an instance while it has more than `count` of them, or more than `bytes`.
  ///
  /// - Parameter limit: how many at most, 1 to 10,000; fewer where they are large.
  /// - Returns: how many were deleted; 0 when all that are left are to be kept.
  func prune(instance: ID<Instance>, count: Int64?, bytes: ByteSize?, limit: Int) async throws -> Int
}
