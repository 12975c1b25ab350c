public import Model

extension Client {
  /// One page of dead letters, newest first.
  public func deadLetters(
    hook: String? = nil, instance: String? = nil, limit: Int? = nil, cursor: String? = nil
  ) async throws -> Page<DeadLetterResource> {
    try await get(
      Page<DeadLetterResource>.self,
      url(
        ["api", "v1", "dead-letters"],
        query: [
          ("instance", instance ?? self.instance), ("hook", hook), ("limit", limit.map(String.init)),
          ("cursor", cursor),
        ]))
  }

  /// Queues a new first attempt of a dead letter and returns its trace; a letter is redriven once.
  public func redriveDeadLetter(_ id: ID<Run>) async throws -> TraceResource {
    try await post(TraceResource.self, url(["api", "v1", "dead-letters", id.text, "redrive"]), nil)
  }

  /// Forgets a dead letter; the traces of its runs stay.
  public func removeDeadLetter(_ id: ID<Run>) async throws {
    try await delete(url(["api", "v1", "dead-letters", id.text]))
  }
}
