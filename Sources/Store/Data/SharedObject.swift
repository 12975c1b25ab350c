/// An object that some of a request's principals are named on, with what it lies in.
public struct SharedObject: Hashable, Sendable {
  public var kind: DataKind
  public var name: String
  public var bucket: String?
  public var recordClass: String?
  /// What its own access lists give to those principals.
  public var permissions: Set<DataPermission>

  public init(
    kind: DataKind, name: String, bucket: String?, recordClass: String?, permissions: Set<DataPermission>
  ) {
    self.kind = kind
    self.name = name
    self.bucket = bucket
    self.recordClass = recordClass
    self.permissions = permissions
  }
}
