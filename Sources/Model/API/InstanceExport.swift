/// The definitions of an instance as one file: `grapnel export` writes it and `grapnel import` reads it.
///
/// What is in it has an order, and nothing in it tells when or where it was written, so that the same definitions make
/// the same file.
public struct InstanceExport: Hashable, Sendable, Codable {
  /// One file of a hook.
  public struct File: Hashable, Sendable, Codable {
    public var path: String
    public var executable: Bool
    /// Base 64.
    public var content: String

    public init(path: String, executable: Bool, content: String) {
      self.path = path
      self.executable = executable
      self.content = content
    }
  }

  /// A hook at its active version.
  public struct Hook: Hashable, Sendable, Codable {
    public var name: String
    public var enabled: Bool
    /// The number of the version where it was written; an import counts its own.
    public var version: Int64
    /// By path; a `hook.yaml` among them says all that is declared.
    public var files: [File]

    public init(name: String, enabled: Bool, version: Int64, files: [File]) {
      self.name = name
      self.enabled = enabled
      self.version = version
      self.files = files
    }
  }

  /// A variable; a secret has no value here.
  public struct Variable: Hashable, Sendable, Codable {
    /// The name of the hook that alone sees it; missing for all of the instance.
    public var hook: String?
    public var kind: String
    public var name: String
    public var value: JSONValue?

    public init(hook: String?, kind: String, name: String, value: JSONValue?) {
      self.hook = hook
      self.kind = kind
      self.name = name
      self.value = value
    }
  }

  /// A schedule that was made beside those of its hook's `hook.yaml`.
  public struct Schedule: Hashable, Sendable, Codable {
    /// The name of its hook, which is in the file too.
    public var hook: String
    public var name: String
    public var enabled: Bool
    /// The members of `ScheduleDefinition`.
    public var definition: [String: JSONValue]

    public init(hook: String, name: String, enabled: Bool, definition: [String: JSONValue]) {
      self.hook = hook
      self.name = name
      self.enabled = enabled
      self.definition = definition
    }
  }

  /// A trigger that was made beside those of its hook's `hook.yaml`.
  public struct Trigger: Hashable, Sendable, Codable {
    /// The name of its hook, which is in the file too.
    public var hook: String
    public var name: String
    public var enabled: Bool
    /// The members of `TriggerDefinition`.
    public var definition: [String: JSONValue]

    public init(hook: String, name: String, enabled: Bool, definition: [String: JSONValue]) {
      self.hook = hook
      self.name = name
      self.enabled = enabled
      self.definition = definition
    }
  }

  public static let formatName = "grapnel export"
  public static let currentVersion: Int64 = 1

  /// `grapnel export`.
  public var format: String
  /// The version of the format, which grows when an older server could not read it rightly.
  public var formatVersion: Int64
  /// By name.
  public var hooks: [Hook]
  /// By hook and name; missing where there are none.
  public var schedules: [Schedule]?
  /// As schedules.
  public var triggers: [Trigger]?
  /// The plain ones, those of the instance first.
  public var variables: [Variable]
  /// The names of the sealed ones, in the same order.
  public var secrets: [Variable]

  public init(
    hooks: [Hook], schedules: [Schedule] = [], triggers: [Trigger] = [], variables: [Variable], secrets: [Variable]
  ) {
    format = Self.formatName
    formatVersion = Self.currentVersion
    self.hooks = hooks
    self.schedules = schedules.isEmpty ? nil : schedules
    self.triggers = triggers.isEmpty ? nil : triggers
    self.variables = variables
    self.secrets = secrets
  }

  private enum CodingKeys: String, CodingKey {
    case format, hooks, schedules, triggers, variables, secrets
    case formatVersion = "format_version"
  }
}
