/// A trigger as a `hook.yaml` declares it: it comes and goes with the version of the hook.
public struct DeclaredTrigger: Hashable, Sendable {
  /// The most that one hook may declare.
  public static let mostOfHook = 100

  /// Unique among the hook's triggers, by the rule for names.
  public var name: String
  public var definition: TriggerDefinition
  /// Whether it is enabled when it is made; what somebody has enabled or disabled later stays so.
  public var isEnabled: Bool

  public init(name: String, definition: TriggerDefinition, isEnabled: Bool = true) {
    self.name = name
    self.definition = definition
    self.isEnabled = isEnabled
  }
}

extension DeclaredTrigger: Codable {
  public init(from decoder: any Decoder) throws {
    var members = try decoder.singleValueContainer().decode([String: JSONValue].self)
    let name = members.removeValue(forKey: "name")?.stringValue
    isEnabled = members.removeValue(forKey: "enabled")?.boolValue ?? true
    definition = try TriggerDefinition(members)
    self.name = name ?? definition.derivedName
  }

  public func encode(to encoder: any Encoder) throws {
    var members = definition.members
    members["name"] = .string(name)
    if !isEnabled { members["enabled"] = false }
    var container = encoder.singleValueContainer()
    try container.encode(members)
  }
}
