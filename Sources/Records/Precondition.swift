/// What must be true of the object or list that a request names for the request to be carried out.
public enum Precondition: Hashable, Sendable {
  /// It has not been changed since that moment, in milliseconds since 1970.
  case isAt(Int64)
  /// It exists.
  case exists
  /// It does not exist.
  case isAbsent
  /// A reader has it as of that moment and wants it only if it is another.
  case isNotAt(Int64)
}
