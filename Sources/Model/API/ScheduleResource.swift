/// A schedule as the management API shows it: its own members, and beside them those of its definition, with defaults
/// filled in.
public struct ScheduleResource: Hashable, Sendable {
  /// A time at which it runs.
  public struct Slot: Hashable, Sendable, Codable {
    /// What names it.
    public var moment: Timestamp
    /// When its run begins: later than the moment by the schedule's jitter.
    public var due: Timestamp
    /// `due` as clocks in the schedule's zone show it, with their offset.
    public var local: String

    public init(moment: Timestamp, due: Timestamp, local: String) {
      self.moment = moment
      self.due = due
      self.local = local
    }
  }

  /// How far it has come.
  public struct State: Hashable, Sendable, Codable {
    /// The last slot that got a run, and that run.
    public var lastSlot: Timestamp?
    public var lastRun: ID<Run>?
    /// What has become of that run; missing when its trace is no longer kept.
    public var lastStatus: RunStatus?
    /// A slot whose run waits for an earlier one to end.
    public var waiting: Timestamp?
    public var fired: Int64
    public var skipped: Int64
    public var missed: Int64
    /// Runs in a row that have failed.
    public var failures: Int
    public var silentSince: Timestamp?

    public init(_ state: ScheduleState, lastStatus: RunStatus? = nil) {
      lastSlot = state.lastSlot
      lastRun = state.lastRun
      self.lastStatus = lastStatus
      waiting = state.waiting
      fired = state.fired
      skipped = state.skipped
      missed = state.missed
      failures = state.failures
      silentSince = state.silentSince
    }

    private enum CodingKeys: String, CodingKey {
      case waiting, fired, skipped, missed, failures
      case lastSlot = "last_slot"
      case lastRun = "last_run"
      case lastStatus = "last_status"
      case silentSince = "silent_since"
    }
  }

  public var id: ID<Schedule>
  public var instance: String
  public var serial: Int64
  /// The name of its hook.
  public var hook: String
  public var name: String
  public var origin: ScheduleOrigin
  public var enabled: Bool
  /// Why the host has disabled it.
  public var disabledReason: String?
  public var definition: ScheduleDefinition
  /// When it runs, in words.
  public var words: String
  /// Missing where there is none, and while it or its hook is disabled.
  public var next: Slot?
  /// What keeps it from being reckoned, such as a time zone that this host does not have any more.
  public var problem: Problem?
  public var state: State
  public var revision: Int64
  public var createdAt: Timestamp
  public var updatedAt: Timestamp

  public init(
    _ schedule: Schedule, instance: String, words: String, next: Slot? = nil, lastStatus: RunStatus? = nil,
    problem: Problem? = nil
  ) {
    id = schedule.id
    self.instance = instance
    serial = schedule.serial
    hook = schedule.hookName
    name = schedule.name
    origin = schedule.origin
    enabled = schedule.isEnabled
    disabledReason = schedule.disabledReason
    definition = schedule.definition
    self.words = words
    self.next = next
    self.problem = problem
    state = State(schedule.state, lastStatus: lastStatus)
    revision = schedule.revision
    createdAt = schedule.createdAt
    updatedAt = schedule.updatedAt
  }
}

extension ScheduleResource: Codable {
  private enum CodingKeys: String, CodingKey {
    case id, instance, serial, hook, name, origin, enabled, words, next, problem, state, revision
    case disabledReason = "disabled_reason"
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
    definition = try ScheduleDefinition(decoder.singleValueContainer().decode([String: JSONValue].self))
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(ID<Schedule>.self, forKey: .id)
    instance = try container.decode(String.self, forKey: .instance)
    serial = try container.decode(Int64.self, forKey: .serial)
    hook = try container.decode(String.self, forKey: .hook)
    name = try container.decode(String.self, forKey: .name)
    origin = try container.decode(ScheduleOrigin.self, forKey: .origin)
    enabled = try container.decode(Bool.self, forKey: .enabled)
    disabledReason = try container.decodeIfPresent(String.self, forKey: .disabledReason)
    words = try container.decode(String.self, forKey: .words)
    next = try container.decodeIfPresent(Slot.self, forKey: .next)
    problem = try container.decodeIfPresent(Problem.self, forKey: .problem)
    state = try container.decode(State.self, forKey: .state)
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
    try container.encodeIfPresent(disabledReason, forKey: .disabledReason)
    try container.encode(words, forKey: .words)
    try container.encodeIfPresent(next, forKey: .next)
    try container.encodeIfPresent(problem, forKey: .problem)
    try container.encode(state, forKey: .state)
    try container.encode(revision, forKey: .revision)
    try container.encode(createdAt, forKey: .createdAt)
    try container.encode(updatedAt, forKey: .updatedAt)
  }
}

extension ScheduleDefinition {
  /// `members`, and the defaults of those that are left out.
  fileprivate var filledMembers: [String: JSONValue] {
    var members = members
    if case .every(_, let align) = rule.timing { members["align"] = .string(align.rawValue) }
    members["overlap"] = .string(overlap.rawValue)
    members["missed"] = .string(missed.text)
    members["tolerance"] = .string(tolerance.text)
    return members
  }
}
