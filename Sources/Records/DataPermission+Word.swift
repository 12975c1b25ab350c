public import Store

extension DataPermission {
  /// What it is called in the document that a JSON Patch is applied to.
  public var word: String {
    switch self {
    case .read: "read"
    case .write: "write"
    case .createClass: "class:create"
    case .createGroup: "group:create"
    case .createRecord: "record:create"
    }
  }
}
