public import Model

/// What happened to a bucket or to something in it.
public struct HistoryEntry: Hashable, Sendable {
  public enum Action: String, Hashable, Sendable, Codable { case create, update, delete }

  public var id: String
  /// Milliseconds since 1970, growing within the bucket's history.
  public var modified: Int64
  public var action: Action
  public var time: Timestamp
  /// Whose request it was; `nil` for one without credentials.
  public var user: String?
  public var kind: DataKind
  public var name: String
  public var recordClass: String?
  /// The object after the action, or what is left of it, as `StoredObject.data`.
  public var data: [UInt8]
  /// The object's access lists after the action.
  public var permissions: AccessLists
  /// Those who could read the object then, through whatever list.
  public var readers: Set<String>

  public init(
    id: String, modified: Int64, action: Action, time: Timestamp, user: String?, kind: DataKind, name: String,
    recordClass: String?, data: [UInt8], permissions: AccessLists, readers: Set<String>
  ) {
    self.id = id
    self.modified = modified
    self.action = action
    self.time = time
    self.user = user
    self.kind = kind
    self.name = name
    self.recordClass = recordClass
    self.data = data
    self.permissions = permissions
    self.readers = readers
  }
}
