public import Model

/// How large a bundle may be.
public struct BundleLimits: Hashable, Sendable {
  /// The bytes of all its files.
  public var size: ByteSize
  public var files: Int

  public init(size: ByteSize = .mebibytes(64), files: Int = 10_000) {
    self.size = size
    self.files = files
  }

  /// - Throws: `Problem` with code `tooLarge`.
  func check(files count: Int, bytes: Int64) throws {
    guard count <= files else {
      throw Problem(.tooLarge, "there are more than \(files) files", rule: "at most \(files) files")
    }
    guard bytes <= size.bytes else {
      throw Problem(.tooLarge, "the files have more than \(size) together", rule: "at most \(size)")
    }
  }
}
