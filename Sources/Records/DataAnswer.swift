public import Store

/// What came of a request.
public struct DataAnswer: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    /// An object with its access lists as far as the requester may see them; what was deleted has none.
    case object(StoredObject, lists: AccessLists?)
    case page(ObjectPage)
    case count(Int64)
  }

  public var content: Content
  /// When the object or the list last changed, in milliseconds since 1970.
  public var timestamp: Int64
  /// Whether the object was not there before.
  public var isCreated: Bool
  /// What tells the answer apart from those of other states, where the timestamp alone does not.
  public var version: Int64?
  /// What the objects of the answer refer to, by classes, where it stands beside them.
  public var related: [String: [StoredObject]]?
  /// What was changed besides.
  public var report = ChangeReport()

  public init(_ content: Content, timestamp: Int64, isCreated: Bool = false) {
    self.content = content
    self.timestamp = timestamp
    self.isCreated = isCreated
  }
}
