/// How a read shows what records refer to.
public struct Expansion: Hashable, Sendable {
  public enum Shape: String, Hashable, Sendable, CaseIterable {
    /// What is referred to stands in the place of its id.
    case tree
    /// It stands once, beside what was asked for.
    case graph
  }

  /// How many levels are shown unless the request says so: an object with the ids that it refers to.
  public static let depthUsual = 1
  /// What `RecordConfiguration.depthMax` can be at most.
  public static let depthLimit = 8
  /// Objects that one answer shows in all.
  public static let objectsMax = 10_000
  /// Bytes of one answer that shows references.
  public static let bytesMax = 8 << 20
  /// Links that one request goes through.
  public static let linksMax = 100_000

  /// 0 is the id alone, 1 an object with ids, 2 an object with objects, and so on.
  public var depth = Self.depthUsual
  public var shape = Shape.tree
  /// Whether the way back to where a level came from is an id.
  public var backReferencesAreIDs = false

  public init() {}

  /// The names of what a request can say of it.
  public static let parameters = ["depth", "shape", "backrefs"]
}
