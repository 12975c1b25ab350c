/// Which records of a class to read.
public struct RecordQuery: Hashable, Sendable {
  /// A condition as the data protocol writes it, such as `min_points` and `100`.
  public struct Filter: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public var recordClass: String
  public var bucket: String
  public var filters: [Filter]
  /// Fields, with a minus before those that are sorted downwards, such as `-points,name`; the newest first without it.
  public var order: String?
  public var limit: Int?
  /// `nextCursor` of the page before.
  public var cursor: String?

  public init(
    _ recordClass: String, in bucket: String, filters: [Filter] = [], order: String? = nil, limit: Int? = nil,
    cursor: String? = nil
  ) {
    self.recordClass = recordClass
    self.bucket = bucket
    self.filters = filters
    self.order = order
    self.limit = limit
    self.cursor = cursor
  }
}
