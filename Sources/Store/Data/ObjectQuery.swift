public import Model

/// Which objects of one list are asked for, and in what order.
public struct ObjectQuery: Hashable, Sendable {
  /// Whose objects are seen.
  public enum Visibility: Hashable, Sendable {
    case all
    /// Those whose own access lists give one of the principals one of the permissions.
    case shared(with: PrincipalSet, by: Set<DataPermission>)
  }

  public var kind: DataKind
  /// The row of the bucket or class; 0 for buckets and accounts.
  public var parent: Int64
  public var visibility: Visibility
  /// All of them must hold.
  public var filters: [FieldFilter]
  /// All of them must hold besides; for records.
  public var links: [LinkFilter]
  /// The order; ties are broken by the name, in the direction of the last key, so that it is total.
  public var order: [FieldOrder]
  /// The values of `order` and then the name of the object after which to begin; `nil` begins at the first. A missing
  /// value is `nil`.
  public var after: [JSONValue?]?
  public var includesDeleted: Bool

  public init(
    _ kind: DataKind, in parent: Int64, visibility: Visibility = .all, filters: [FieldFilter] = [],
    links: [LinkFilter] = [], order: [FieldOrder] = [FieldOrder(.modified, isDescending: true)],
    after: [JSONValue?]? = nil,
    includesDeleted: Bool = false
  ) {
    self.kind = kind
    self.parent = parent
    self.visibility = visibility
    self.filters = filters
    self.links = links
    self.order = order
    self.after = after
    self.includesDeleted = includesDeleted
  }
}
