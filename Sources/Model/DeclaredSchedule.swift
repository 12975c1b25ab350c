/// A schedule as a `hook.yaml` declares it: it comes and goes with the version of the hook.
public struct DeclaredSchedule: Hashable, Sendable {
  /// The most that one hook may declare.
  public static let mostOfHook = 100

  /// Unique among the hook's schedules, by the rule for names.
  public var name: String
  public var definition: ScheduleDefinition

  public init(name: String, definition: ScheduleDefinition) {
    self.name = name
    self.definition = definition
  }
}

extension DeclaredSchedule: Codable {
  public init(from decoder: any Decoder) throws {
    var members = try decoder.singleValueContainer().decode([String: JSONValue].self)
    let name = members.removeValue(forKey: "name")?.stringValue
    definition = try ScheduleDefinition(members)
    self.name = name ?? definition.derivedName
  }

  public func encode(to encoder: any Encoder) throws {
    var members = definition.members
    members["name"] = .string(name)
    var container = encoder.singleValueContainer()
    try container.encode(members)
  }
}
