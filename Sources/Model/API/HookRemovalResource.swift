/// A hook that was removed, as the management API answers.
public struct HookRemovalResource: Hashable, Sendable, Codable {
  public var id: ID<Hook>
  public var name: String
  /// Whether the watched folder still has files under the name: the hook comes back when they change.
  public var inFolder: Bool

  public init(_ hook: Hook) {
    id = hook.id
    name = hook.name
    inFolder = hook.isInFolder
  }

  private enum CodingKeys: String, CodingKey {
    case id, name
    case inFolder = "in_folder"
  }
}
