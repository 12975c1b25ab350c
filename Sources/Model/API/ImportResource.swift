/// What an import came to, as the management API answers.
public struct ImportResource: Hashable, Sendable, Codable {
  /// A variable that was set, or would be.
  public struct Variable: Hashable, Sendable, Codable {
    public var hook: String?
    public var kind: String
    public var name: String

    public init(_ variable: InstanceExport.Variable) {
      hook = variable.hook
      kind = variable.kind
      name = variable.name
    }
  }

  /// A schedule that was made or changed, or would be.
  public struct Schedule: Hashable, Sendable, Codable {
    public var hook: String
    public var name: String

    public init(hook: String, name: String) {
      self.hook = hook
      self.name = name
    }
  }

  /// A trigger that was made or changed, or would be.
  public struct Trigger: Hashable, Sendable, Codable {
    public var hook: String
    public var name: String

    public init(hook: String, name: String) {
      self.hook = hook
      self.name = name
    }
  }

  public var dryRun: Bool
  /// In the order of the file, those that nothing changes of too.
  public var hooks: [DeploymentResource]
  /// The schedules beside those of the hooks that are others now.
  public var schedules: [Schedule]
  /// The triggers beside those of the hooks that are others now.
  public var triggers: [Trigger]
  /// The variables that have another value now.
  public var variables: [Variable]
  /// The secrets of the file that are missing here: their values are in no file.
  public var missingSecrets: [Variable]

  public init(
    dryRun: Bool, hooks: [DeploymentResource], schedules: [Schedule] = [], triggers: [Trigger] = [],
    variables: [Variable], missingSecrets: [Variable]
  ) {
    self.dryRun = dryRun
    self.hooks = hooks
    self.schedules = schedules
    self.triggers = triggers
    self.variables = variables
    self.missingSecrets = missingSecrets
  }

  private enum CodingKeys: String, CodingKey {
    case hooks, schedules, triggers, variables
    case dryRun = "dry_run"
    case missingSecrets = "missing_secrets"
  }
}
