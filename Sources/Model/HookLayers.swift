/// What a deployment made of a bundle and its runs see beside it: the names of layers, 64 lower-case hexadecimal digits
/// each.
///
/// A layer is an immutable set of files, named by the hash of all that it was made from.
public struct HookLayers: Hashable, Sendable, Codable {
  /// What the runtime's preparation made, such as a compiled program; `/layer` in a run.
  public var prepared: String?
  /// What the bundle's list of dependencies asked for; `/dependencies` in a run.
  public var dependencies: String?

  public init(prepared: String? = nil, dependencies: String? = nil) {
    self.prepared = prepared
    self.dependencies = dependencies
  }

  public var names: [String] { [prepared, dependencies].compactMap { $0 } }
}
