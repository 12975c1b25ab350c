import Model

/// The file of the data folder by which the owner of the machine gets in: the secret of an admin key of the whole host,
/// and a newline.
public struct AdminKeyFile: Sendable {
  public static let fileName = "admin.key"

  /// What `ensure` found, for the line that the server prints at its start.
  public enum Outcome: Hashable, Sendable {
    /// The key was there and works.
    case present
    /// There were no keys at all: the first start.
    case created
    /// The file was gone, or held no admin key that works, while keys exist: a new one was made beside them.
    case replaced
  }

  private let file: PrivateFile
  /// Where it is, for people.
  public let path: String

  public init(dataFolder folder: String) {
    file = PrivateFile(folder: folder, name: Self.fileName)
    path = folder + "/" + Self.fileName
  }

  /// Makes sure that the file holds the secret of an admin key that works.
  ///
  /// - Throws: `Problem` if others than the owner may read the file, or it cannot be read or written.
  public func ensure(_ ring: KeyRing) async throws -> Outcome {
    if let secret = try read(), let principal = try await ring.authenticate(secret), principal.mayOnHost(.admin) {
      return .present
    }
    let isFirst = try await !ring.hasKeys()
    // The key goes into the store first: a crash in between leaves a key that nobody knows, not a file that lies.
    let secret = try await ring.create(name: "admin", role: .admin).secret
    try file.replace(Array((secret + "\n").utf8))
    return isFirst ? .created : .replaced
  }

  /// The secret in the file; `nil` if there is no file.
  ///
  /// - Throws: `Problem` if others than the owner may read the file, or it cannot be read.
  public func read() throws -> String? {
    guard let bytes = try file.read(atMost: 256) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}
