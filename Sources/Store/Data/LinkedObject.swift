/// One end of a link, seen from the other one.
public struct LinkedObject: Hashable, Sendable {
  /// The row of the record that has the link.
  public var from: Int64
  /// The row of the record that it leads to.
  public var row: Int64
  public var name: String

  public init(from: Int64, row: Int64, name: String) {
    self.from = from
    self.row = row
    self.name = name
  }
}
