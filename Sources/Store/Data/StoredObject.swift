/// A bucket, group, class, record or account as it is stored, or what is left of one that was deleted.
public struct StoredObject: Hashable, Sendable {
  /// The surrogate id, which no other object ever gets: names can be taken again.
  public var row: Int64
  public var kind: DataKind
  /// The row of what it lies in; 0 for buckets and accounts.
  public var parent: Int64
  /// What it is called among its siblings: the id in its address.
  public var name: String
  /// Milliseconds since 1970, unlike those of all its siblings.
  public var modified: Int64
  /// A JSON object as UTF-8, `id` and `last_modified` included, just as it is shown; of what was deleted, those two and
  /// `deleted`.
  public var data: [UInt8]
  public var isDeleted: Bool

  public init(
    row: Int64, kind: DataKind, parent: Int64, name: String, modified: Int64, data: [UInt8], isDeleted: Bool = false
  ) {
    self.row = row
    self.kind = kind
    self.parent = parent
    self.name = name
    self.modified = modified
    self.data = data
    self.isDeleted = isDeleted
  }
}
