/// A trigger as the management API shows it: its own members, and beside them those of its definition, with defaults
/// filled in.
public struct TriggerResource: Hashable, Sendable {
  public var id: ID<Trigger>
  public var instance: String
  public var serial: Int64
  /// The name of its hook.
  public var hook: String
  public var name: String
  public var origin: TriggerOrigin
  public var enabled: Bool
  public var definition: TriggerDefinition
  /// What it looks at, in words.
  public var words: String
  /// Its newest run that is kept, when that was queued, and what has become of it.
  public var lastRun: ID<Run>?
  public var lastQueued: Timestamp?
  public var lastStatus: RunStatus?
  public var revision: Int64
  public var createdAt: Timestamp
  public var updatedAt: Timestamp

  public init(_ trigger: Trigger, instance: String, last: Run? = nil) {
    id = trigger.id
    self.instance = instance
    serial = trigger.serial
    hook = trigger.hookName
    name = trigger.name
    origin = trigger.origin
    enabled = trigger.isEnabled
    definition = trigger.definition
    words = trigger.definition.words
    lastRun = last?.id
    lastQueued = last?.queuedAt
    lastStatus = last?.status
    revision = trigger.revision
    createdAt = trigger.createdAt
    updatedAt = trigger.updatedAt
  }
}

extension TriggerResource: Codable {
  private enum CodingKeys: String, CodingKey {
    case id, instance, serial, hook, name, origin, enabled, words, revision
    case lastRun = "last_run"
    case lastQueued = "last_queued_at"
    case lastStatus = "last_status"
    case createdAt = "created_at"
    case updatedAt = "updated_at"
  }

  private struct Member: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public init(from decoder: any Decoder) throws {
    var members = try decoder.singleValueContainer().decode([String: JSONValue].self)
    // What is filled in for those who read it is no part of what was declared.
    if members["when"] != .string(TriggerMoment.before.rawValue) { members["budget"] = nil }
    if members["event"] != nil { members["on"] = nil }
    definition = try TriggerDefinition(members)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(ID<Trigger>.self, forKey: .id)
    instance = try container.decode(String.self, forKey: .instance)
    serial = try container.decode(Int64.self, forKey: .serial)
    hook = try container.decode(String.self, forKey: .hook)
    name = try container.decode(String.self, forKey: .name)
    origin = try container.decode(TriggerOrigin.self, forKey: .origin)
    enabled = try container.decode(Bool.self, forKey: .enabled)
    words = try container.decode(String.self, forKey: .words)
    lastRun = try container.decodeIfPresent(ID<Run>.self, forKey: .lastRun)
    lastQueued = try container.decodeIfPresent(Timestamp.self, forKey: .lastQueued)
    lastStatus = try container.decodeIfPresent(RunStatus.self, forKey: .lastStatus)
    revision = try container.decode(Int64.self, forKey: .revision)
    createdAt = try container.decode(Timestamp.self, forKey: .createdAt)
    updatedAt = try container.decode(Timestamp.self, forKey: .updatedAt)
  }

  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Member.self)
    for (name, value) in definition.filledMembers { try members.encode(value, forKey: Member(stringValue: name)) }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(instance, forKey: .instance)
    try container.encode(serial, forKey: .serial)
    try container.encode(hook, forKey: .hook)
    try container.encode(name, forKey: .name)
    try container.encode(origin, forKey: .origin)
    try container.encode(enabled, forKey: .enabled)
    try container.encode(words, forKey: .words)
    try container.encodeIfPresent(lastRun, forKey: .lastRun)
    try container.encodeIfPresent(lastQueued, forKey: .lastQueued)
    try container.encodeIfPresent(lastStatus, forKey: .lastStatus)
    try container.encode(revision, forKey: .revision)
    try container.encode(createdAt, forKey: .createdAt)
    try container.encode(updatedAt, forKey: .updatedAt)
  }
}

extension TriggerDefinition {
  /// `members`, and the defaults of those that are left out.
  fileprivate var filledMembers: [String: JSONValue] {
    var members = members
    if !isOfEvents {
      members["on"] = .array(ChangeSignal.allCases.filter(signals.contains).map { .string($0.rawValue) })
    }
    members["when"] = .string(moment.rawValue)
    if moment == .before { members["budget"] = .string(budget.text) }
    return members
  }
}
