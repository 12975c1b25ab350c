/// One state of a hook: a bundle and what its `hook.yaml` declared.
public struct HookVersion: Hashable, Sendable {
  /// Where a version came from.
  public enum Origin: String, Hashable, Sendable, Codable, CaseIterable {
    /// The folder of hooks that the server watches.
    case folder
    /// Somebody with a key: `grapnel deploy`, `grapnel import`.
    case api
  }

  public var id: ID<HookVersion>
  /// Counts the versions of its hook from 1.
  public var number: Int64
  public var bundle: Bundle
  public var definition: HookDefinition
  public var origin: Origin
  /// Who deployed it, in the words of events: `folder`, or `key:` and the id of a key.
  public var actor: String
  public var createdAt: Timestamp

  public init(
    id: ID<HookVersion>, number: Int64, bundle: Bundle, definition: HookDefinition, origin: Origin = .folder,
    actor: String = Origin.folder.rawValue, createdAt: Timestamp
  ) {
    self.id = id
    self.number = number
    self.bundle = bundle
    self.definition = definition
    self.origin = origin
    self.actor = actor
    self.createdAt = createdAt
  }
}
