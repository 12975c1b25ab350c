import Foundation
public import Model

extension Client {
  /// One page of schedules, oldest first.
  public func schedules(_ query: ScheduleQuery = ScheduleQuery()) async throws -> Page<ScheduleResource> {
    try await get(
      Page<ScheduleResource>.self,
      url(
        ["api", "v1", "schedules"],
        query: [
          ("instance", query.instance ?? instance), ("hook", query.hook),
          ("enabled", query.isEnabled.map(\.description)),
          ("silent", query.isSilent.map(\.description)), ("limit", query.limit.map(String.init)),
          ("cursor", query.cursor),
        ]))
  }

  public func schedule(_ id: ID<Schedule>) async throws -> ScheduleResource {
    try await get(ScheduleResource.self, scheduleURL(id))
  }

  /// Makes a schedule beside those that its hook declares.
  public func createSchedule(_ schedule: NewSchedule, instance: String? = nil) async throws -> ScheduleResource {
    try await post(
      ScheduleResource.self, url(["api", "v1", "schedules"], query: [("instance", instance ?? self.instance)]), schedule
    )
  }

  /// Enables or disables a schedule, or changes members of its definition; `null` removes one.
  ///
  /// - Parameter expectedRevision: the one that it must have; `nil` takes any.
  public func update(
    schedule id: ID<Schedule>, enabled: Bool? = nil, members: [String: JSONValue] = [:],
    expectedRevision: Int64? = nil
  ) async throws -> ScheduleResource {
    var body = members
    body["enabled"] = enabled.map(JSONValue.bool)
    body["expected_revision"] = expectedRevision.map(JSONValue.int)
    return try await send(ScheduleResource.self, "PATCH", scheduleURL(id), body)
  }

  /// Removes a schedule; its runs stay on record.
  public func removeSchedule(_ id: ID<Schedule>) async throws {
    try await delete(scheduleURL(id))
  }

  /// The next slots of a schedule.
  ///
  /// - Parameter moment: those after it; `nil` for now.
  public func slots(
    of id: ID<Schedule>, after moment: Timestamp? = nil, limit: Int? = nil, cursor: String? = nil
  ) async throws -> Page<ScheduleResource.Slot> {
    try await get(
      Page<ScheduleResource.Slot>.self,
      url(
        ["api", "v1", "schedules", id.text, "next"],
        query: [("after", moment?.rfc3339), ("limit", limit.map(String.init)), ("cursor", cursor)]))
  }

  /// Runs the schedule's hook now, with its payload; returns when the run is safely queued.
  public func run(schedule id: ID<Schedule>) async throws -> TraceResource {
    try await post(TraceResource.self, url(["api", "v1", "schedules", id.text, "runs"]), nil)
  }

  private func scheduleURL(_ id: ID<Schedule>) -> URL { url(["api", "v1", "schedules", id.text]) }
}
