public import Model

extension Client {
  /// Messages in the order of their sequence.
  public func logs(_ query: LogQuery = LogQuery()) async throws -> Page<LogResource> {
    try await get(
      Page<LogResource>.self,
      url(
        ["api", "v1", "logs"],
        query: [
          ("instance", query.instance ?? instance), ("hook", query.hook), ("run", query.run?.text),
          ("after", query.after.map(String.init)), ("limit", query.limit.map(String.init)),
        ]))
  }

  /// Messages as they are written, those after `query.after` first. The sequence never ends by itself: it connects
  /// again when the connection is lost, and goes on after the last message that it gave.
  public func followLogs(_ query: LogQuery = LogQuery()) -> LogTail {
    LogTail(client: self, query: query, pause: { try await Task.sleep(for: $0) })
  }
}
