/// The types of fields that are stored in the record itself.
public enum ValueType: String, Sendable, CaseIterable {
  case string
  case integer
  case number
  case boolean
  /// RFC 3339.
  case datetime
  case object
  case array
  /// Anything.
  case json
}
