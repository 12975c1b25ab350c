public import Model

/// What a variable that is to be set shall be.
public struct NewVariable: Hashable, Sendable, Codable {
  /// A string for an environment variable, any JSON for a configuration value.
  public var value: JSONValue
  /// Whether it is sealed and never shown again.
  public var secret: Bool
  /// The hook that alone sees it; `nil` for all hooks of the instance.
  public var hook: String?
  /// `env` or `config`.
  public var kind: String

  public init(value: JSONValue, secret: Bool = false, hook: String? = nil, kind: String = "env") {
    self.value = value
    self.secret = secret
    self.hook = hook
    self.kind = kind
  }
}
