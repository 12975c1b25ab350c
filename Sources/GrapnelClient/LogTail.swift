public import Model

/// Messages of a log as they are written.
public typealias LogTail = LiveTail<LogResource>

extension LiveTail<LogResource> {
  init(client: Client, query: LogQuery, pause: @escaping @Sendable (Duration) async throws -> Void) {
    self.init(
      client: client,
      source: Source(
        path: ["api", "v1", "logs", "stream"],
        query: [
          ("instance", query.instance ?? client.instance), ("hook", query.hook), ("run", query.run?.text),
        ], event: "log", after: query.after, sequence: { $0.sequence }), pause: pause)
  }
}
