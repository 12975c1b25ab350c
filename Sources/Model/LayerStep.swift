/// One thing that must be made of a bundle before it can run: a layer.
public struct LayerStep: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// What a list of dependencies asks for.
    case dependencies
    /// What the runtime makes of the hook's own files.
    case prepared
  }

  public var kind: Kind
  /// The files of the bundle that the result depends on; nothing else of it is there while it is made.
  public var paths: [String]
  /// What else the result depends on: the command and the identity of its tools.
  public var identity: [String]
  /// The most bytes that the result may have.
  public var size: ByteSize
  /// The most files and folders that the result may have.
  public var files: Int

  public init(kind: Kind, paths: [String], identity: [String], size: ByteSize, files: Int) {
    self.kind = kind
    self.paths = paths
    self.identity = identity
    self.size = size
    self.files = files
  }
}
