public import Model

/// Buckets, groups, classes, records and accounts, with who may do what.
///
/// Several things must be looked at and changed as one here: whether somebody may, whether the object is still what they
/// saw, when its list last changed. So this part lends a whole state to a closure, which decides, instead of having a
/// method for every decision. The closures run where blocking is allowed; they wait for nothing but the store.
public protocol RecordStore: Sendable {
  /// Reads one consistent state.
  func read<Value: Sendable>(_ body: @Sendable (any RecordSnapshot) throws -> Value) async throws -> Value

  /// Runs `body` in a transaction, alone among all that change the store, and returns when that is on the disk. If it
  /// throws, nothing was changed.
  ///
  /// - Parameter bytes: about how much `body` holds in memory while it waits.
  func write<Value: Sendable>(
    bytes: Int, _ body: @escaping @Sendable (any RecordTransaction) throws -> Value
  ) async throws -> Value

  /// Clears away some of what lay below deleted objects.
  ///
  /// - Parameter limit: how many rows at most, 1 to 10,000.
  /// - Returns: how many rows; 0 when nothing is left.
  func clear(limit: Int) async throws -> Int

  /// Says from now on that there are new changes of records in whatever class, once they are on the disk; several may be
  /// one word. Ends when its reader stops, or the store is closed.
  func arrivals() -> AsyncStream<Void>
}
