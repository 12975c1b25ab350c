/// A kind of thing on the data side of an instance. The numbers are stored.
public enum DataKind: Int, Hashable, Sendable, Codable, CaseIterable {
  /// An instance's data as a whole, or data that has no instance (yet): below it are groups and classes.
  case bucket = 1
  /// Accounts under one name, so that permissions can be given to all of them.
  case group = 2
  /// A class of records.
  case recordClass = 3
  case record = 4
  /// A person or service known to the whole host.
  case account = 5

  /// The kind of thing that it lies in; `nil` for what lies at the root.
  public var parent: DataKind? {
    switch self {
    case .bucket, .account: nil
    case .group, .recordClass: .bucket
    case .record: .recordClass
    }
  }
}
