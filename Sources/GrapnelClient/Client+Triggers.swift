import Foundation
public import Model

extension Client {
  /// One page of triggers, oldest first.
  public func triggers(_ query: TriggerQuery = TriggerQuery()) async throws -> Page<TriggerResource> {
    try await get(
      Page<TriggerResource>.self,
      url(
        ["api", "v1", "triggers"],
        query: [
          ("instance", query.instance ?? instance), ("hook", query.hook),
          ("enabled", query.isEnabled.map(\.description)), ("limit", query.limit.map(String.init)),
          ("cursor", query.cursor),
        ]))
  }

  public func trigger(_ id: ID<Trigger>) async throws -> TriggerResource {
    try await get(TriggerResource.self, triggerURL(id))
  }

  /// Makes a trigger beside those that its hook declares.
  public func createTrigger(_ trigger: NewTrigger, instance: String? = nil) async throws -> TriggerResource {
    try await post(
      TriggerResource.self, url(["api", "v1", "triggers"], query: [("instance", instance ?? self.instance)]), trigger)
  }

  /// Enables or disables a trigger, or changes members of its definition; `null` removes one.
  ///
  /// - Parameter expectedRevision: the one that it must have; `nil` takes any.
  public func update(
    trigger id: ID<Trigger>, enabled: Bool? = nil, members: [String: JSONValue] = [:], expectedRevision: Int64? = nil
  ) async throws -> TriggerResource {
    var body = members
    body["enabled"] = enabled.map(JSONValue.bool)
    body["expected_revision"] = expectedRevision.map(JSONValue.int)
    return try await send(TriggerResource.self, "PATCH", triggerURL(id), body)
  }

  /// Removes a trigger; its runs stay on record.
  public func removeTrigger(_ id: ID<Trigger>) async throws {
    try await delete(triggerURL(id))
  }

  /// Records a custom event, and returns it when it is on the disk together with the runs that triggers start for it.
  public func emit(_ kind: String, data: JSONValue = [:], instance: String? = nil) async throws -> EventResource {
    try await post(
      EventResource.self, url(["api", "v1", "events"], query: [("instance", instance ?? self.instance)]),
      ["kind": .string(kind), "data": data] as JSONValue)
  }

  private func triggerURL(_ id: ID<Trigger>) -> URL { url(["api", "v1", "triggers", id.text]) }
}
