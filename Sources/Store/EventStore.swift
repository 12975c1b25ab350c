public import Model

/// What happened, as one ordered feed per instance, and one of what is the whole host's.
public protocol EventStore: Sendable {
  /// - Returns: the event with its sequence number, one more than that of its feed's event before it.
  /// - Throws: `Problem` `notFound` if there is no such instance.
  func append(_ event: Event) async throws -> Event

  /// Events in the order of their sequence numbers.
  ///
  /// - Parameter limit: 1 to 1000; with `newest` the last ones that meet the filter, otherwise the first.
  /// - Throws: `Problem` `invalid` with field `limit`.
  func list(_ filter: EventFilter, limit: Int) async throws -> [Event]

  /// Says from now on that there are new events of whatever feed, once they are on the disk; several may be one word.
  /// For those who wait: what there is, `list` tells. Ends when its reader stops, or the store is closed.
  func arrivals() -> AsyncStream<Void>

  /// Deletes events of a feed, oldest first: those before `time`, and those that are not among the newest `count`. The
  /// feed goes on with its numbers.
  ///
  /// - Parameters:
  ///   - instance: whose feed; `nil` for that of the whole host.
  ///   - limit: how many at most, 1 to 10,000.
  /// - Returns: how many were deleted; 0 when all that are left are to be kept.
  func prune(instance: ID<Instance>?, before time: Timestamp?, count: Int64?, limit: Int) async throws -> Int
}

extension EventStore {
  /// Events of an instance with a sequence number greater than `after`, in order.
  public func list(instance: ID<Instance>, after: Int64, limit: Int) async throws -> [Event] {
    try await list(EventFilter(instance: instance, after: after), limit: limit)
  }
}
