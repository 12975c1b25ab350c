public import Model

/// What the data protocol says of the server that speaks it, and what it takes of a client before it lets go.
public struct KintoConfiguration: Sendable {
  /// Bytes of a body.
  public static let bodyMax = 8 << 20
  /// Bytes of all large bodies that are read at once.
  public static let bodiesMax = 64 << 20
  /// How deep a body may nest; an object in it has a narrower bound of its own.
  public static let depthMax = 70
  /// Bytes of a query.
  public static let queryMax = 32 << 10
  public static let filtersMax = 50
  /// Values of one filter that takes several.
  public static let valuesMax = 1000
  public static let sortKeysMax = 10
  public static let fieldsMax = 100
  /// Requests of one batch.
  public static let batchMax = 25
  /// Bytes of the token of a page, which is a part of an address.
  public static let tokenMax = 16 << 10
  /// Entries of a history, or of what is shared with somebody, that one request looks through.
  public static let scanMax = 50_000

  /// The product's version.
  public var version: String
  /// Whether any name and password make somebody known, for tests; the key of their names.
  public var basicAuthSecret: [UInt8]?
  public var clock: any WallClock
  /// How often a feed in which nothing happens shows that it is there.
  public var heartbeat: Duration

  public init(
    version: String, basicAuthSecret: [UInt8]? = nil, clock: any WallClock, heartbeat: Duration = .seconds(15)
  ) {
    self.version = version
    self.basicAuthSecret = basicAuthSecret
    self.clock = clock
    self.heartbeat = heartbeat
  }
}
