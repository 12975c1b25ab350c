/// When a trigger's run takes place.
public enum TriggerMoment: String, Hashable, Sendable, Codable, CaseIterable {
  /// Before the change is made, which waits for it: the run may change or refuse it.
  case before
  /// After the change, which has enqueued it.
  case after
}
