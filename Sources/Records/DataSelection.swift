public import Model
public import Store

/// Which objects of a list a request means.
public struct DataSelection: Hashable, Sendable {
  public var filters: [FieldFilter]
  public var order: [FieldOrder]
  /// `next` of the page before.
  public var after: [JSONValue?]?
  /// `nil` for as many as are given at once.
  public var limit: Int?
  public var includesDeleted: Bool

  public init(
    filters: [FieldFilter] = [], order: [FieldOrder] = [FieldOrder(.modified, isDescending: true)],
    after: [JSONValue?]? = nil, limit: Int? = nil, includesDeleted: Bool = false
  ) {
    self.filters = filters
    self.order = order
    self.after = after
    self.limit = limit
    self.includesDeleted = includesDeleted
  }
}
