/// Who may knock at a hook's HTTP door, and how its answer travels.
public struct EndpointRule: Hashable, Sendable, Codable {
  /// Whether it answers without a key.
  public var isPublic: Bool
  /// What a request must be signed with; it needs no key then. `nil` asks for no signature.
  public var signature: SignatureRule?
  /// The methods that it answers; empty means every method.
  public var methods: [String]
  /// Whether the response head goes out at the first byte of the body instead of being held until the run ends, 64 KiB
  /// wait, or the run flushes it.
  public var streams: Bool
  /// How long a caller waits for the answer, at most the run's timeout. A run that has not sent its head by then goes
  /// on without its caller, who gets 202 with its address.
  public var deadline: Duration
  /// How often it may be asked; `nil` for what the server admits.
  public var rate: RateRule?
  /// Which pages of other origins may use it; `nil` for none.
  public var cors: CORSRule?

  public init(
    isPublic: Bool = false, signature: SignatureRule? = nil, methods: [String] = [], streams: Bool = false,
    deadline: Duration = .seconds(30), rate: RateRule? = nil, cors: CORSRule? = nil
  ) {
    self.isPublic = isPublic
    self.signature = signature
    self.methods = methods
    self.streams = streams
    self.deadline = deadline
    self.rate = rate
    self.cors = cors
  }

  private enum CodingKeys: String, CodingKey {
    case isPublic = "public"
    case signature
    case methods, rate, cors
    case streams = "stream"
    case deadline = "deadline_ms"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    isPublic = try container.decode(Bool.self, forKey: .isPublic)
    signature = try container.decodeIfPresent(SignatureRule.self, forKey: .signature)
    methods = try container.decode([String].self, forKey: .methods)
    streams = try container.decode(Bool.self, forKey: .streams)
    deadline = .milliseconds(try container.decode(Int64.self, forKey: .deadline))
    rate = try container.decodeIfPresent(RateRule.self, forKey: .rate)
    cors = try container.decodeIfPresent(CORSRule.self, forKey: .cors)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(isPublic, forKey: .isPublic)
    try container.encodeIfPresent(signature, forKey: .signature)
    try container.encode(methods, forKey: .methods)
    try container.encode(streams, forKey: .streams)
    try container.encode(deadline.wholeMilliseconds, forKey: .deadline)
    try container.encodeIfPresent(rate, forKey: .rate)
    try container.encodeIfPresent(cors, forKey: .cors)
  }
}
