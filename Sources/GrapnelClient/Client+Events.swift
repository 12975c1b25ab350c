public import Model

extension Client {
  /// Events in the order of their sequence: those after `query.after`, otherwise the newest.
  public func events(_ query: EventQuery = EventQuery()) async throws -> Page<EventResource> {
    try await get(
      Page<EventResource>.self,
      url(
        ["api", "v1", "events"],
        query: parameters(query) + [("after", query.after.map(String.init)), ("limit", query.limit.map(String.init))]))
  }

  /// Events as they come, those after `query.after` first. The sequence never ends by itself: it connects again when
  /// the connection is lost, and goes on after the last event that it gave.
  public func followEvents(_ query: EventQuery = EventQuery()) -> LiveTail<EventResource> {
    LiveTail(
      client: self,
      source: LiveTail.Source(
        path: ["api", "v1", "events", "stream"], query: parameters(query), event: "event", after: query.after,
        sequence: { $0.sequence }), pause: { try await Task.sleep(for: $0) })
  }

  private func parameters(_ query: EventQuery) -> [(String, String?)] {
    [
      ("instance", query.instance ?? instance), ("scope", query.isHost ? "host" : nil), ("kind", query.kind),
    ]
  }
}
