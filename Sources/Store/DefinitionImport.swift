public import Model

/// What an import brings into one instance: versions of hooks, variables in the clear, schedules and triggers.
public struct DefinitionImport: Hashable, Sendable {
  /// A variable of the instance, or of a hook, which may be one that the same import makes.
  public struct Value: Hashable, Sendable {
    /// `nil` for a variable of the instance.
    public var hookName: String?
    public var kind: Variable.Kind
    public var name: String
    public var value: JSONValue

    public init(hookName: String? = nil, kind: Variable.Kind, name: String, value: JSONValue) {
      self.hookName = hookName
      self.kind = kind
      self.name = name
      self.value = value
    }
  }

  /// A schedule that stands beside those which a version of its hook declares.
  public struct Schedule: Hashable, Sendable {
    public var hookName: String
    public var name: String
    public var definition: ScheduleDefinition
    public var isEnabled: Bool

    public init(hookName: String, name: String, definition: ScheduleDefinition, isEnabled: Bool = true) {
      self.hookName = hookName
      self.name = name
      self.definition = definition
      self.isEnabled = isEnabled
    }
  }

  /// A trigger that stands beside those which a version of its hook declares.
  public struct Trigger: Hashable, Sendable {
    public var hookName: String
    public var name: String
    public var definition: TriggerDefinition
    public var isEnabled: Bool

    public init(hookName: String, name: String, definition: TriggerDefinition, isEnabled: Bool = true) {
      self.hookName = hookName
      self.name = name
      self.definition = definition
      self.isEnabled = isEnabled
    }
  }

  public var instance: ID<Instance>
  public var deployments: [Deployment]
  public var variables: [Value]
  /// Made, or changed where the hook has one of that name.
  public var schedules: [Schedule]
  /// As schedules.
  public var triggers: [Trigger]
  /// Who imports it, for the events.
  public var actor: String

  public init(
    instance: ID<Instance>, deployments: [Deployment], variables: [Value], schedules: [Schedule] = [],
    triggers: [Trigger] = [], actor: String
  ) {
    self.instance = instance
    self.deployments = deployments
    self.variables = variables
    self.schedules = schedules
    self.triggers = triggers
    self.actor = actor
  }
}
