public import Store

/// The address of one object, or of the list of objects of a kind.
public struct DataTarget: Hashable, Sendable {
  public var kind: DataKind
  /// The bucket that it lies in; `nil` for buckets and accounts.
  public var bucket: String?
  /// The class that it lies in; for records.
  public var recordClass: String?
  /// `nil` for the list.
  public var name: String?

  public init(_ kind: DataKind, bucket: String? = nil, recordClass: String? = nil, name: String? = nil) {
    self.kind = kind
    self.bucket = bucket
    self.recordClass = recordClass
    self.name = name
  }
}
