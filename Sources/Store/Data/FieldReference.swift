/// A member of an object's data.
public enum FieldReference: Hashable, Sendable {
  case id
  case modified
  /// `true` for what was deleted, missing otherwise.
  case deleted
  /// A key, or keys of nested objects joined by dots. The exact key wins; then the longest first part that is a key.
  case member(String)
}
