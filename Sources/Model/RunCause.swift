/// What made a run happen. The references beside the kind say which one, where there is one.
public struct RunCause: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case http
    case schedule
    case trigger
    case manual
    /// Another hook's run.
    case hook
    /// A field of a class: its value is computed, or somebody wants to write it.
    case field
  }

  public var kind: Kind
  /// The run that asked for this one, or whose change or event has started it.
  public var parent: ID<Run>?
  /// The schedule that it is of.
  public var schedule: ID<Schedule>?
  /// The moment of the schedule's slot that it is the run of; `nil` for one that was asked for by hand.
  public var slot: Timestamp?
  /// The surrogate id, as text, of the endpoint behind it; that part gives it its type.
  public var endpoint: String?
  public var trigger: ID<Trigger>?
  /// The key that it was asked with.
  public var key: ID<Key>?
  /// How many runs that triggers have started stand above it; 0 for what people and clocks cause.
  public var depth: Int
  /// The triggers that have led to it, the first one first, its own last.
  public var chain: [ID<Trigger>]

  public init(
    kind: Kind, parent: ID<Run>? = nil, schedule: ID<Schedule>? = nil, slot: Timestamp? = nil,
    endpoint: String? = nil, trigger: ID<Trigger>? = nil, key: ID<Key>? = nil, depth: Int = 0,
    chain: [ID<Trigger>] = []
  ) {
    self.kind = kind
    self.parent = parent
    self.schedule = schedule
    self.slot = slot
    self.endpoint = endpoint
    self.trigger = trigger
    self.key = key
    self.depth = depth
    self.chain = chain
  }
}

extension RunCause: Codable {
  private enum CodingKeys: String, CodingKey {
    case kind, parent, schedule, slot, endpoint, trigger, key, depth, chain
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      kind: try container.decode(Kind.self, forKey: .kind),
      parent: try container.decodeIfPresent(ID<Run>.self, forKey: .parent),
      schedule: try container.decodeIfPresent(ID<Schedule>.self, forKey: .schedule),
      slot: try container.decodeIfPresent(Timestamp.self, forKey: .slot),
      endpoint: try container.decodeIfPresent(String.self, forKey: .endpoint),
      trigger: try container.decodeIfPresent(ID<Trigger>.self, forKey: .trigger),
      key: try container.decodeIfPresent(ID<Key>.self, forKey: .key),
      depth: try container.decodeIfPresent(Int.self, forKey: .depth) ?? 0,
      chain: try container.decodeIfPresent([ID<Trigger>].self, forKey: .chain) ?? [])
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    try container.encodeIfPresent(parent, forKey: .parent)
    try container.encodeIfPresent(schedule, forKey: .schedule)
    try container.encodeIfPresent(slot, forKey: .slot)
    try container.encodeIfPresent(endpoint, forKey: .endpoint)
    try container.encodeIfPresent(trigger, forKey: .trigger)
    try container.encodeIfPresent(key, forKey: .key)
    if depth > 0 { try container.encode(depth, forKey: .depth) }
    if !chain.isEmpty { try container.encode(chain, forKey: .chain) }
  }
}
