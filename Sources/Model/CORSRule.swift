/// Which pages of other origins may use a hook's endpoint from a browser (https://fetch.spec.whatwg.org/#http-cors-protocol).
public struct CORSRule: Hashable, Sendable, Codable {
  /// Origins such as `https://app.example`, or `*` alone for every one.
  public var origins: [String]
  /// The methods that they may use; empty for those of the endpoint.
  public var methods: [String]
  /// The request headers that they may send beside those that every page may.
  public var headers: [String]
  /// The answer's headers that they may read beside those that every page may.
  public var exposes: [String]
  /// Whether they may let the browser add credentials of its own, such as cookies.
  public var allowsCredentials: Bool
  /// How long a browser may remember the answer to its question.
  public var maximumAge: Duration

  public static let standardHeaders = ["Authorization", "Content-Type", "Idempotency-Key"]
  public static let standardExposes = ["Grapnel-Run", "Location", "Retry-After"]

  public init(
    origins: [String], methods: [String] = [], headers: [String] = CORSRule.standardHeaders,
    exposes: [String] = CORSRule.standardExposes, allowsCredentials: Bool = false,
    maximumAge: Duration = .seconds(600)
  ) {
    self.origins = origins
    self.methods = methods
    self.headers = headers
    self.exposes = exposes
    self.allowsCredentials = allowsCredentials
    self.maximumAge = maximumAge
  }

  /// Whether every origin is meant.
  public var isForAll: Bool { origins == ["*"] }

  private enum CodingKeys: String, CodingKey {
    case origins, methods, headers
    case exposes = "expose"
    case allowsCredentials = "credentials"
    case maximumAge = "max_age_ms"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    origins = try container.decode([String].self, forKey: .origins)
    methods = try container.decode([String].self, forKey: .methods)
    headers = try container.decode([String].self, forKey: .headers)
    exposes = try container.decode([String].self, forKey: .exposes)
    allowsCredentials = try container.decode(Bool.self, forKey: .allowsCredentials)
    maximumAge = .milliseconds(try container.decode(Int64.self, forKey: .maximumAge))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(origins, forKey: .origins)
    try container.encode(methods, forKey: .methods)
    try container.encode(headers, forKey: .headers)
    try container.encode(exposes, forKey: .exposes)
    try container.encode(allowsCredentials, forKey: .allowsCredentials)
    try container.encode(maximumAge.wholeMilliseconds, forKey: .maximumAge)
  }
}
