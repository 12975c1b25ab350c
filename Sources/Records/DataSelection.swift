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
  /// Parameters that mean something only where a class declares fields: `depth` and the like, as they were written.
  public var asked: [String: String] = [:]
  /// The members that an answer shows, as paths; empty for all.
  public var shown: [String] = []
  /// What is wrong with the selection unless ids are numbers.
  public var numberFaults: [DataFault] = []
  /// Whether the last key of the order was not asked for: the newest of equal ones come first.
  public var endsByTime = false

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
