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
}

extension EventStore {
  /// Events of an instance with a sequence number greater than `after`, in order.
  public func list(instance: ID<Instance>, after: Int64, limit: Int) async throws -> [Event] {
    try await list(EventFilter(instance: instance, after: after), limit: limit)
  }
}
