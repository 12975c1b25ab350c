public import Model

/// One operation of a JSON Patch (RFC 6902).
public struct PatchOperation: Hashable, Sendable {
  public enum Verb: String, Hashable, Sendable { case add, remove, replace, move, copy, test }

  public var verb: Verb
  /// A JSON pointer (RFC 6901) as it was written.
  public var path: String
  public var from: String?
  /// `nil` if the operation has none, which differs from `null`.
  public var value: JSONValue?

  public init(_ verb: Verb, _ path: String, from: String? = nil, value: JSONValue? = nil) {
    self.verb = verb
    self.path = path
    self.from = from
    self.value = value
  }
}
