public import Model

/// What came of looking at a change before it is made.
public enum ReviewVerdict: Sendable {
  /// It may be made, with this data; `nil` for those that were proposed. With data goes the name of who has changed them.
  case approved([String: JSONValue]?, by: String?)
  /// It must not be made, for a reason that its writer is told.
  case declined(Decline)
  /// Nobody could say, so it must not be made.
  case failed(Problem)
}
