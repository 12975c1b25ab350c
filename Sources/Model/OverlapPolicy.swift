/// What happens at a slot while an earlier run of the same schedule has not ended, attempts that are still to come
/// included.
public enum OverlapPolicy: String, Hashable, Sendable, Codable, CaseIterable {
  /// The slot has no run.
  case skip
  /// The slot's run waits until the earlier one has ended. One waits; later slots have no run.
  case queue
  /// The slot's run starts beside it.
  case allow
  /// The earlier run is cancelled, and the slot's run starts when that has ended.
  case cancelRunning = "cancel-running"
}
