public import Model

/// What came of asking a hook about a field.
public enum FieldAnswer: Sendable {
  /// As many as there were records.
  case values([JSONValue])
  case patch([String: JSONValue])
  case admitted
  /// For a reason that the writer is told.
  case declined(Decline)
  /// Nobody could say.
  case failed(Problem)
}
