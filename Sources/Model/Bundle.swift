/// The immutable files of one version of a hook, named by the hash of their content.
public struct Bundle: Hashable, Sendable, Codable {
  /// 64 lower-case hexadecimal digits: SHA-256 over the sorted relative paths, modes and contents.
  public var hash: String
  /// The bytes of all its files.
  public var size: Int64
  public var fileCount: Int

  public init(hash: String, size: Int64, fileCount: Int) {
    self.hash = hash
    self.size = size
    self.fileCount = fileCount
  }

  private enum CodingKeys: String, CodingKey {
    case hash, size
    case fileCount = "file_count"
  }
}
