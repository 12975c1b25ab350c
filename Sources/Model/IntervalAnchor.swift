/// The moment that the slots of an interval are counted from.
public enum IntervalAnchor: String, Hashable, Sendable, Codable, CaseIterable {
  /// 1970-01-01T00:00:00Z: `every: 1h` runs at whole hours of UTC, on every host and after every deployment.
  case epoch
  /// When the schedule was made. The first slot is one interval later.
  case creation
  /// The schedule's `start`, which is the first slot.
  case start
}
