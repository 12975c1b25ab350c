/// A top-level member of a class's records that filters and orders find without reading every record.
public struct IndexedField: Hashable, Sendable {
  public var name: String
  /// Whether no two records of the class may have the same value; `null` and missing are not values.
  public var isUnique: Bool

  public init(name: String, isUnique: Bool) {
    self.name = name
    self.isUnique = isUnique
  }
}
