/// Where a trigger comes from.
public enum TriggerOrigin: String, Hashable, Sendable, Codable, CaseIterable {
  /// The `triggers:` of the hook's active version, and it goes with them.
  case manifest
  /// Somebody made it beside the hook. It goes with the hook.
  case api
}
