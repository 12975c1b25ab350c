/// What somebody may be allowed to do with one object. Every permission but `write` is a part of what `write` includes.
/// The numbers are stored.
public enum DataPermission: Int, Hashable, Sendable, Codable, CaseIterable {
  case read = 1
  /// Everything: reading, changing, deleting, and all of that with what lies below.
  case write = 2
  case createClass = 3
  case createGroup = 4
  case createRecord = 5

  /// The permissions that an object of `kind` can give.
  public static func given(by kind: DataKind) -> [DataPermission] {
    switch kind {
    case .bucket: [.read, .write, .createClass, .createGroup]
    case .recordClass: [.read, .write, .createRecord]
    case .group, .record, .account: [.read, .write]
    }
  }
}
