public import Foundation

/// One file of a hook on its way to a server.
public struct DeployedFile: Hashable, Sendable, Codable {
  /// Relative to the hook's folder.
  public var path: String
  /// Base 64 in JSON.
  public var content: Data
  public var executable: Bool

  public init(path: String, content: Data, executable: Bool = false) {
    self.path = path
    self.content = content
    self.executable = executable
  }
}
