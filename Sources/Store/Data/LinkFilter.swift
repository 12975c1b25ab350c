/// A condition on what the records of a list are linked to.
public struct LinkFilter: Hashable, Sendable {
  public enum Test: Hashable, Sendable {
    /// To all of these records, by their rows.
    case all([Int64])
    /// To one of these at least.
    case any([Int64])
    case exists(Bool)
  }

  public var relation: Int64
  /// On which end the records of the list are.
  public var end: Relation.End
  public var test: Test

  public init(_ relation: Int64, _ end: Relation.End, _ test: Test) {
    self.relation = relation
    self.end = end
    self.test = test
  }
}
