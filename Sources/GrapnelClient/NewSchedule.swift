public import Model

/// What a schedule that is to be made shall be.
public struct NewSchedule: Hashable, Sendable {
  /// The name of its hook.
  public var hook: String
  /// Unique among the hook's schedules; without one the server derives it from what is declared.
  public var name: String?
  /// The members of its definition, such as `["every": "10s"]`.
  public var members: [String: JSONValue]

  public init(hook: String, name: String? = nil, members: [String: JSONValue]) {
    self.hook = hook
    self.name = name
    self.members = members
  }
}

extension NewSchedule: Encodable {
  public func encode(to encoder: any Encoder) throws {
    var all = members
    all["hook"] = .string(hook)
    all["name"] = name.map(JSONValue.string)
    try all.encode(to: encoder)
  }
}
