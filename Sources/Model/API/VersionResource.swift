/// One version of a hook as the management API shows it.
public struct VersionResource: Hashable, Sendable, Codable {
  public var number: Int64
  /// Whether it is the one that new runs start.
  public var active: Bool
  public var origin: HookVersion.Origin
  /// Who deployed it: `folder`, or `key:` and the id of a key.
  public var actor: String
  public var bundle: Bundle
  public var definition: HookDefinition
  public var createdAt: Timestamp

  public init(_ version: HookVersion, isActive: Bool) {
    number = version.number
    active = isActive
    origin = version.origin
    actor = version.actor
    bundle = version.bundle
    definition = version.definition
    createdAt = version.createdAt
  }

  private enum CodingKeys: String, CodingKey {
    case number, active, origin, actor, bundle, definition
    case createdAt = "created_at"
  }
}
