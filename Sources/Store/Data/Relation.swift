/// What links records of two classes, or of one class among themselves. A relation is stored once; the fields of its two
/// sides are views of it.
public struct Relation: Hashable, Sendable {
  public enum End: Hashable, Sendable {
    case first
    case second

    public var other: End { self == .first ? .second : .first }
  }

  /// One side of it.
  public struct Side: Hashable, Sendable {
    /// The row of the class.
    public var recordClass: Int64
    /// The field of that class which shows it; `nil` if none does.
    public var field: String?
    /// Whether a record of this side may have several of the other.
    public var isMany: Bool

    public init(recordClass: Int64, field: String?, isMany: Bool) {
      self.recordClass = recordClass
      self.field = field
      self.isMany = isMany
    }
  }

  /// Its identity, which no other relation ever gets.
  public var row: Int64
  public var first: Side
  /// The same as `first` if both ends are one field of one class: then no link has a direction.
  public var second: Side

  public init(row: Int64 = 0, first: Side, second: Side) {
    self.row = row
    self.first = first
    self.second = second
  }

  public var isSymmetric: Bool { first == second }

  public subscript(_ end: End) -> Side { end == .first ? first : second }

  /// The end that a field of a class shows.
  public func end(of field: String, of recordClass: Int64) -> End? {
    if first.recordClass == recordClass, first.field == field { return .first }
    if second.recordClass == recordClass, second.field == field { return .second }
    return nil
  }
}
