/// What the operator decides about the data side.
public struct RecordConfiguration: Sendable {
  /// The most objects that one answer lists, and one request deletes.
  public static let objectsMax = 10_000

  /// Whether every account may make buckets, or only keys of the whole host that may change things.
  public var accountsMayCreateBuckets = true
  /// Whether anybody may make an account for themselves.
  public var registrationIsOpen = false
  /// Whether every change of a bucket, and of what is in it, is written down in the bucket's history.
  public var keepsHistory = false
  /// Whether nothing can be changed.
  public var isReadOnly = false
  /// Whether anybody may delete everything: for tests.
  public var mayBeFlushed = false
  /// Whether the JSON Schemas that classes and buckets have are held against what is stored in them.
  public var checksSchemas = true
  /// How many objects a list gives at once; `nil` for as many as there may be.
  public var pageLimit: Int?
  /// How many levels of what records refer to one answer shows: 1 to `Expansion.depthLimit`.
  public var depthMax = 4
  /// The name of the bucket that a user has without making it. Nobody else must be able to work it out.
  public var personalBucket: @Sendable (String) -> String

  public init(personalBucket: @escaping @Sendable (String) -> String) {
    self.personalBucket = personalBucket
  }

  /// How many objects a page has for which somebody asked for `asked`; 0 is as nothing.
  public func limit(asked: Int?) -> Int {
    let most = min(pageLimit ?? Self.objectsMax, Self.objectsMax)
    guard let asked, asked > 0 else { return most }
    return min(asked, most)
  }
}
