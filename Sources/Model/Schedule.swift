/// A clock that starts a hook: at an interval, by a cron expression, or at one moment.
public struct Schedule: Hashable, Sendable {
  /// The most that one instance may have.
  public static let mostOfInstance = 100_000

  public var id: ID<Schedule>
  public var instance: ID<Instance>
  /// Counts the schedules of its instance from 1.
  public var serial: Int64
  public var hook: ID<Hook>
  /// The name that its hook has now.
  public var hookName: String
  /// Unique among the schedules of its hook, by the rule for names.
  public var name: String
  public var origin: ScheduleOrigin
  public var definition: ScheduleDefinition
  public var isEnabled: Bool
  /// Why the host has disabled it; `nil` if it is enabled or somebody else has disabled it.
  public var disabledReason: String?
  public var createdAt: Timestamp
  public var updatedAt: Timestamp
  /// Grows by one with every change of the schedule or of its state: who has read an older one must read again.
  public var revision: Int64
  public var state: ScheduleState

  public init(
    id: ID<Schedule>, instance: ID<Instance>, serial: Int64 = 0, hook: ID<Hook>, hookName: String, name: String,
    origin: ScheduleOrigin = .api, definition: ScheduleDefinition, isEnabled: Bool = true,
    disabledReason: String? = nil, createdAt: Timestamp, updatedAt: Timestamp, revision: Int64 = 1,
    state: ScheduleState
  ) {
    self.id = id
    self.instance = instance
    self.serial = serial
    self.hook = hook
    self.hookName = hookName
    self.name = name
    self.origin = origin
    self.definition = definition
    self.isEnabled = isEnabled
    self.disabledReason = disabledReason
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.revision = revision
    self.state = state
  }

  /// What `H`, `~` and jitter are chosen by: the same schedule of the same hook has the same values on every host.
  public func spreadName(instance: String) -> String { "\(instance)/\(hookName)/\(name)" }
}
