/// A variable as the management API shows it. The value of a secret is in no answer.
public struct VariableResource: Hashable, Sendable, Codable {
  public var instance: String
  /// Missing for a variable of all hooks of the instance.
  public var hook: String?
  /// `env` or `config`.
  public var kind: String
  public var name: String
  /// Missing for a secret.
  public var value: JSONValue?
  public var secret: Bool
  public var updatedAt: Timestamp

  public init(
    instance: String, hook: String? = nil, kind: String, name: String, value: JSONValue?, secret: Bool,
    updatedAt: Timestamp
  ) {
    self.instance = instance
    self.hook = hook
    self.kind = kind
    self.name = name
    self.value = value
    self.secret = secret
    self.updatedAt = updatedAt
  }

  private enum CodingKeys: String, CodingKey {
    case instance, hook, kind, name, value, secret
    case updatedAt = "updated_at"
  }
}
