public import Model

/// One version of a hook on its way into the store. Its bundle is on the disk already.
public struct Deployment: Hashable, Sendable {
  public var instance: ID<Instance>
  /// The name of the hook, which need not be there yet.
  public var name: String
  public var bundle: Bundle
  public var definition: HookDefinition
  public var origin: HookVersion.Origin
  /// Who deploys it, for its event and its version: `folder`, or `key:` and the id of a key.
  public var actor: String
  /// The number of the version that must be active, 0 if the hook must not be there; `nil` takes whatever is there.
  public var expectedVersion: Int64?
  /// Whether the hook shall answer; `nil` leaves that as it is.
  public var isEnabled: Bool?

  public init(
    instance: ID<Instance>, name: String, bundle: Bundle, definition: HookDefinition, origin: HookVersion.Origin,
    actor: String, expectedVersion: Int64? = nil, isEnabled: Bool? = nil
  ) {
    self.instance = instance
    self.name = name
    self.bundle = bundle
    self.definition = definition
    self.origin = origin
    self.actor = actor
    self.expectedVersion = expectedVersion
    self.isEnabled = isEnabled
  }
}
