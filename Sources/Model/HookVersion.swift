/// One state of a hook: a bundle and what its `hook.yaml` declared.
public struct HookVersion: Hashable, Sendable {
  public var id: ID<HookVersion>
  /// Counts the versions of its hook from 1.
  public var number: Int64
  public var bundle: Bundle
  public var definition: HookDefinition
  public var createdAt: Timestamp

  public init(
    id: ID<HookVersion>, number: Int64, bundle: Bundle, definition: HookDefinition, createdAt: Timestamp
  ) {
    self.id = id
    self.number = number
    self.bundle = bundle
    self.definition = definition
    self.createdAt = createdAt
  }
}
