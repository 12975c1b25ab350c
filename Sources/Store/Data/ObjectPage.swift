public import Model

/// A part of a list.
public struct ObjectPage: Hashable, Sendable {
  public var objects: [StoredObject]
  /// `after` of the query for the next part; `nil` if this is the last.
  public var next: [JSONValue?]?

  public init(objects: [StoredObject], next: [JSONValue?]?) {
    self.objects = objects
    self.next = next
  }
}
