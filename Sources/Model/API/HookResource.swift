/// A hook as the management API shows it.
public struct HookResource: Hashable, Sendable, Codable {
  public var id: ID<Hook>
  public var instance: String
  public var serial: Int64
  public var name: String
  public var enabled: Bool
  public var version: Int64
  /// Where the active version came from.
  public var origin: HookVersion.Origin
  /// Whether the watched folder has files under this name.
  public var inFolder: Bool
  public var bundle: Bundle
  public var definition: HookDefinition
  public var createdAt: Timestamp
  public var updatedAt: Timestamp
  /// What keeps newer files than this version's from being live.
  public var preparation: PreparationStatus?

  public init(_ hook: Hook, instance: String) {
    id = hook.id
    self.instance = instance
    serial = hook.serial
    name = hook.name
    enabled = hook.isEnabled
    version = hook.version.number
    origin = hook.version.origin
    inFolder = hook.isInFolder
    bundle = hook.version.bundle
    definition = hook.version.definition
    createdAt = hook.createdAt
    updatedAt = hook.updatedAt
  }

  private enum CodingKeys: String, CodingKey {
    case id, instance, serial, name, enabled, version, origin, bundle, definition, preparation
    case inFolder = "in_folder"
    case createdAt = "created_at"
    case updatedAt = "updated_at"
  }
}
