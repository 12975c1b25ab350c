/// Something that starts a hook when data change or an event happens.
public struct Trigger: Hashable, Sendable {
  /// The most that one instance may have.
  public static let mostOfInstance = 1000
  /// The most runs above a run that a trigger still starts one for.
  public static let deepest = 8
  /// How often one trigger may stand in a chain of causes.
  public static let mostInChain = 2

  public var id: ID<Trigger>
  public var instance: ID<Instance>
  /// Counts the triggers of its instance from 1.
  public var serial: Int64
  public var hook: ID<Hook>
  /// The name that its hook has now.
  public var hookName: String
  /// Unique among the triggers of its hook, by the rule for names.
  public var name: String
  public var origin: TriggerOrigin
  public var definition: TriggerDefinition
  public var isEnabled: Bool
  public var createdAt: Timestamp
  public var updatedAt: Timestamp
  /// Grows by one with every change.
  public var revision: Int64

  public init(
    id: ID<Trigger>, instance: ID<Instance>, serial: Int64 = 0, hook: ID<Hook>, hookName: String, name: String,
    origin: TriggerOrigin = .api, definition: TriggerDefinition, isEnabled: Bool = true, createdAt: Timestamp,
    updatedAt: Timestamp, revision: Int64 = 1
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
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.revision = revision
  }

  /// Why it must not start a run for a change that was made with this cause; `nil` if it may.
  public func objection(to cause: RunCause?) -> String? {
    guard let cause else { return nil }
    if cause.depth > Self.deepest {
      return "the change is \(cause.depth) deep in runs that triggers have started, and \(Self.deepest) is the most"
    }
    guard cause.chain.count(where: { $0 == id }) >= Self.mostInChain else { return nil }
    return "the trigger stands \(Self.mostInChain) times in the chain of what has led to the change"
  }
}
