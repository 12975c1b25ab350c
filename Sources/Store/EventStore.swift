public import Model

/// What happened, as one ordered feed per instance.
public protocol EventStore: Sendable {
  /// - Returns: the event with its sequence number, one more than that of the instance's event before it.
  /// - Throws: `Problem` `notFound` if there is no such instance.
  func append(_ event: Event) async throws -> Event

  /// Events with a sequence number greater than `after`, in order.
  ///
  /// - Parameter limit: 1 to 1000.
  /// - Throws: `Problem` `invalid` with field `limit`.
  func list(instance: ID<Instance>, after: Int64, limit: Int) async throws -> [Event]
}
