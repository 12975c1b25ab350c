public import Model

/// What a trigger that is to be made shall be.
public struct NewTrigger: Hashable, Sendable {
  /// The name of its hook.
  public var hook: String
  /// Unique among the hook's triggers; without one the server derives it from what is declared.
  public var name: String?
  /// The members of its definition, such as `["class": "scores"]`.
  public var members: [String: JSONValue]

  public init(hook: String, name: String? = nil, members: [String: JSONValue]) {
    self.hook = hook
    self.name = name
    self.members = members
  }
}

extension NewTrigger: Encodable {
  public func encode(to encoder: any Encoder) throws {
    var all = members
    all["hook"] = .string(hook)
    all["name"] = name.map(JSONValue.string)
    try all.encode(to: encoder)
  }
}
