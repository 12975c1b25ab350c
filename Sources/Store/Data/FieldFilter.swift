public import Model

/// A condition on one member of an object. A missing member differs from `null`. Values are ordered by their types first:
/// null < string < number < false < true < array < object < missing; strings by code point, arrays and objects by their
/// serialized text.
public struct FieldFilter: Hashable, Sendable {
  public enum Test: Hashable, Sendable {
    case equal(JSONValue)
    case notEqual(JSONValue)
    case less(JSONValue)
    case atMost(JSONValue)
    case greater(JSONValue)
    case atLeast(JSONValue)
    case among([JSONValue])
    case notAmong([JSONValue])
    case exists(Bool)
    /// Whether the member is missing or `null`, which are the same here.
    case isNull(Bool)
    /// Text without regard to case: `*` is any run of characters; without one the text may stand anywhere.
    case like(String)
    /// An array that has all of these elements.
    case contains([JSONValue])
    /// An array that has one of these elements.
    case containsAny([JSONValue])
  }

  public var field: FieldReference
  public var test: Test

  public init(_ field: FieldReference, _ test: Test) {
    self.field = field
    self.test = test
  }
}
