public import Model

/// What an import brings into one instance: versions of hooks, and variables in the clear.
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

  public var instance: ID<Instance>
  public var deployments: [Deployment]
  public var variables: [Value]
  /// Who imports it, for the events.
  public var actor: String

  public init(instance: ID<Instance>, deployments: [Deployment], variables: [Value], actor: String) {
    self.instance = instance
    self.deployments = deployments
    self.variables = variables
    self.actor = actor
  }
}
