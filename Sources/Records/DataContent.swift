public import Model
public import Store

/// What a request wants to be stored.
public enum DataContent: Hashable, Sendable {
  /// Access lists as a request gives them; `nil` stands for `null`.
  public typealias Lists = [DataPermission: [String]?]

  /// The whole object. Parts that are `nil` were not given.
  case whole(data: [String: JSONValue]?, lists: Lists?)
  /// Several whole objects that are added together.
  case several([[String: JSONValue]])
  /// Members that replace those of the same name.
  case members(data: [String: JSONValue]?, lists: Lists?)
  /// A JSON Merge Patch (RFC 7396) of the data.
  case merge(data: JSONValue?, lists: Lists?)
  /// A JSON Patch (RFC 6902) of data and access lists.
  case operations([PatchOperation])
}
