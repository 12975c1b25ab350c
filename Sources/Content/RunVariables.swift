public import Model

/// What one run gets of variables, merged.
public struct RunVariables: Sendable {
  /// Plain environment variables: those of the instance, over them `env` of `hook.yaml`, over them the hook's own.
  public var environment: [String: String]
  /// An object; its keys come from the same three places in the same order.
  public var config: JSONValue
  /// The secrets that the hook names, opened. To be forgotten with the run.
  public var secrets: [String: String]

  public init(environment: [String: String], config: JSONValue, secrets: [String: String]) {
    self.environment = environment
    self.config = config
    self.secrets = secrets
  }
}
