/// How requests to a hook's HTTP door are signed. A valid signature stands in place of a key.
public struct SignatureRule: Hashable, Sendable {
  public enum Scheme: String, Hashable, Sendable, Codable, CaseIterable {
    /// `X-Hub-Signature-256`, and each delivery is taken once.
    case github
    /// `Stripe-Signature`, with a time.
    case stripe
    /// What `header`, `algorithm`, `encoding`, `prefix` and `timestampHeader` say.
    case hmac
  }

  public enum Algorithm: String, Hashable, Sendable, Codable, CaseIterable {
    case sha256, sha512
  }

  public enum Encoding: String, Hashable, Sendable, Codable, CaseIterable {
    case hex, base64
  }

  public var scheme: Scheme
  /// The names of the secrets that it may be signed with: one, or while it is changed the new and the old.
  public var secrets: [String]
  /// The header that holds the signature.
  public var header: String
  public var algorithm: Algorithm
  public var encoding: Encoding
  /// What stands before the signature in its header, such as `sha256=`.
  public var prefix: String
  /// The header that holds the time of signing in seconds since 1970. What is signed is then that text, a full stop and
  /// the body; otherwise it is the body alone. `nil` for `stripe`, whose header holds it too.
  public var timestampHeader: String?
  /// How far the time of signing may be from now, into the past and into the future.
  public var tolerance: Duration

  public static let standardTolerance = Duration.seconds(300)

  public init(
    scheme: Scheme, secrets: [String], header: String = "", algorithm: Algorithm = .sha256, encoding: Encoding = .hex,
    prefix: String = "", timestampHeader: String? = nil, tolerance: Duration = Self.standardTolerance
  ) {
    self.scheme = scheme
    self.secrets = secrets
    self.header =
      switch scheme {
      case .github: "X-Hub-Signature-256"
      case .stripe: "Stripe-Signature"
      case .hmac: header
      }
    self.algorithm = algorithm
    self.encoding = encoding
    self.prefix = scheme == .github ? "sha256=" : prefix
    self.timestampHeader = timestampHeader
    self.tolerance = tolerance
  }
}

extension SignatureRule: Codable {
  private enum CodingKeys: String, CodingKey {
    case scheme, secrets, header, algorithm, encoding, prefix
    case timestampHeader = "timestamp_header"
    case tolerance = "tolerance_ms"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      scheme: try container.decode(Scheme.self, forKey: .scheme),
      secrets: try container.decode([String].self, forKey: .secrets),
      header: try container.decode(String.self, forKey: .header),
      algorithm: try container.decode(Algorithm.self, forKey: .algorithm),
      encoding: try container.decode(Encoding.self, forKey: .encoding),
      prefix: try container.decode(String.self, forKey: .prefix),
      timestampHeader: try container.decodeIfPresent(String.self, forKey: .timestampHeader),
      tolerance: .milliseconds(try container.decode(Int64.self, forKey: .tolerance)))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(scheme, forKey: .scheme)
    try container.encode(secrets, forKey: .secrets)
    try container.encode(header, forKey: .header)
    try container.encode(algorithm, forKey: .algorithm)
    try container.encode(encoding, forKey: .encoding)
    try container.encode(prefix, forKey: .prefix)
    try container.encodeIfPresent(timestampHeader, forKey: .timestampHeader)
    try container.encode(tolerance.wholeMilliseconds, forKey: .tolerance)
  }
}
