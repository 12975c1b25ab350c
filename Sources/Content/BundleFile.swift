/// One file on its way into a bundle.
public struct BundleFile: Hashable, Sendable {
  /// Relative to the bundle, with slashes between components.
  public var path: String
  public var isExecutable: Bool
  public var bytes: [UInt8]

  public init(path: String, isExecutable: Bool = false, bytes: [UInt8]) {
    self.path = path
    self.isExecutable = isExecutable
    self.bytes = bytes
  }
}
