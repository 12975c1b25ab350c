public import Model

extension Client {
  /// Starts a run and returns its trace with bodies when it has ended, whatever its status is; with
  /// `isAsynchronous`, returns as soon as the run is safely queued.
  public func run(
    hook: String, payload: JSONValue = [:], isAsynchronous: Bool = false, instance: String? = nil
  ) async throws -> TraceResource {
    let address = url(["api", "v1", "hooks", hook, "runs"], query: [("instance", instance ?? self.instance)])
    // How long a run takes is its own timeout's matter, not the connection's.
    return try await post(
      TraceResource.self, address, RunOrder(payload: payload, async: isAsynchronous),
      patience: isAsynchronous ? .seconds(30) : .seconds(86_400))
  }

  /// One page of runs, newest first.
  public func traces(_ query: TraceQuery = TraceQuery()) async throws -> Page<TraceResource> {
    try await get(
      Page<TraceResource>.self,
      url(
        ["api", "v1", "runs"],
        query: [
          ("instance", query.instance ?? instance), ("hook", query.hook), ("status", query.status?.rawValue),
          ("schedule", query.schedule?.text), ("trigger", query.trigger?.text),
          ("since", query.since?.rfc3339), ("limit", query.limit.map(String.init)),
          ("cursor", query.cursor),
        ]))
  }

  /// The trace of one run, with bodies.
  public func trace(_ id: ID<Run>) async throws -> TraceResource {
    try await get(TraceResource.self, url(["api", "v1", "runs", id.text]))
  }

  /// Runs a hook again with what an earlier run was given, and returns the new run's trace as `run` does.
  public func replay(
    _ id: ID<Run>, with version: ReplayVersion = .active, isAsynchronous: Bool = false
  ) async throws -> TraceResource {
    var order = ReplayOrder(async: isAsynchronous)
    switch version {
    case .active: break
    case .number(let number): order.version = number
    case .asRecorded: order.asRecorded = true
    }
    return try await post(
      TraceResource.self, url(["api", "v1", "runs", id.text, "replay"]), order,
      patience: isAsynchronous ? .seconds(30) : .seconds(86_400))
  }

  /// Ends a run that has not ended yet, and returns what has become of it.
  public func cancel(_ id: ID<Run>) async throws -> TraceResource {
    try await post(TraceResource.self, url(["api", "v1", "runs", id.text, "cancel"]), nil)
  }
}
