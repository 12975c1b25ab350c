import Store

/// The words of the protocol for ours.
extension DataKind {
  var word: String {
    switch self {
    case .bucket: "bucket"
    case .group: "group"
    case .recordClass: "collection"
    case .record: "record"
    case .account: "account"
    }
  }
}

extension DataPermission {
  var kintoWord: String {
    switch self {
    case .read: "read"
    case .write: "write"
    case .createClass: "collection:create"
    case .createGroup: "group:create"
    case .createRecord: "record:create"
    }
  }

  init?(kintoWord: String) {
    switch kintoWord {
    case "read": self = .read
    case "write": self = .write
    case "collection:create": self = .createClass
    case "group:create": self = .createGroup
    case "record:create": self = .createRecord
    default: return nil
    }
  }
}
