import Model

/// The 32 random bytes under which the server hashes keys. They live in a file of the data folder, apart from the
/// database, and no key works any more without them.
public struct ServerSecret: Sendable {
  public static let fileName = "server.secret"
  public static let length = 32

  let bytes: [UInt8]

  /// - Throws: `Problem` `invalid` unless there are exactly 32 bytes.
  public init(bytes: [UInt8]) throws {
    guard bytes.count == Self.length else {
      throw Problem(.invalid, "a server secret has \(Self.length) bytes, not \(bytes.count)", file: Self.fileName)
    }
    self.bytes = bytes
  }

  /// Reads the secret of the data folder `folder`, which must exist, and makes it at the first start.
  ///
  /// - Throws: `Problem` if the file can be read by others than its owner, is not a plain file of 32 bytes, or cannot
  ///   be read or made.
  public init(dataFolder folder: String) throws {
    let file = PrivateFile(folder: folder, name: Self.fileName)
    if let bytes = try file.read(atMost: Self.length + 1) {
      try self.init(bytes: bytes)
      return
    }
    var generator = SystemRandomNumberGenerator()
    let made = (0..<Self.length).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    if try file.create(made) {
      try self.init(bytes: made)
      return
    }
    // Another server was quicker with the same folder: its secret is the secret.
    guard let bytes = try file.read(atMost: Self.length + 1) else {
      throw Problem(.unavailable, "the file came and went while the server started", file: Self.fileName)
    }
    try self.init(bytes: bytes)
  }
}
