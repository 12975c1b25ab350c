/// Where a schedule comes from.
public enum ScheduleOrigin: String, Hashable, Sendable, Codable, CaseIterable {
  /// The `schedules:` of the hook's active version, and it goes with them.
  case manifest
  /// Somebody made it beside the hook. It goes with the hook.
  case api
}
