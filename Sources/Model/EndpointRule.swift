/// Who may knock at a hook's HTTP door, and how its answer travels.
public struct EndpointRule: Hashable, Sendable, Codable {
  /// Whether it answers without a key.
  public var isPublic: Bool
  /// The methods that it answers; empty means every method.
  public var methods: [String]
  /// Whether the response head goes out at the first byte of the body instead of being held until the run ends, 64 KiB
  /// wait, or the run flushes it.
  public var streams: Bool
  /// How long a caller waits for the answer, at most the run's timeout. A run that has not sent its head by then goes
  /// on without its caller, who gets 202 with its address.
  public var deadline: Duration

  public init(
    isPublic: Bool = false, methods: [String] = [], streams: Bool = false, deadline: Duration = .seconds(30)
  ) {
    self.isPublic = isPublic
    self.methods = methods
    self.streams = streams
    self.deadline = deadline
  }

  private enum CodingKeys: String, CodingKey {
    case isPublic = "public"
    case methods
    case streams = "stream"
    case deadline = "deadline_ms"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    isPublic = try container.decode(Bool.self, forKey: .isPublic)
    methods = try container.decode([String].self, forKey: .methods)
    streams = try container.decode(Bool.self, forKey: .streams)
    deadline = .milliseconds(try container.decode(Int64.self, forKey: .deadline))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(isPublic, forKey: .isPublic)
    try container.encode(methods, forKey: .methods)
    try container.encode(streams, forKey: .streams)
    try container.encode(deadline.wholeMilliseconds, forKey: .deadline)
  }
}
