import Crypto
import Foundation
import Model
import Synchronization

/// The 32 random bytes that secrets are sealed with (AES-256-GCM). They live in a file of the data folder, apart from
/// the database: a copy of either opens nothing.
///
/// The file is made when the first secret is sealed. It belongs here, beside `ServerSecret`, because it is the other
/// thing that a server must keep to itself; what is sealed with it, and for which hook, is `Content`'s to know, which
/// passes that in as `context`. The command line's target ties the two together.
public final class SealingKey: Sendable {
  public static let fileName = "sealing.key"
  public static let length = 32
  /// How the sealed form begins: its version, and which key it is.
  private static let version: UInt8 = 1
  private static let markLength = 4

  private let folder: String
  private let bytes: Mutex<[UInt8]?>

  /// Reads the key of the data folder `folder`, if it has one.
  ///
  /// - Throws: `Problem` if the file can be read by others than its owner, is not a plain file of 32 bytes, or cannot
  ///   be read.
  public init(dataFolder folder: String) throws {
    self.folder = folder
    bytes = Mutex(try Self.read(PrivateFile(folder: folder, name: Self.fileName)))
  }

  /// - Parameters:
  ///   - context: what the value belongs to; it opens only with the same.
  ///   - mayMakeKey: whether a key may be made if there is none. Not while there are secrets that another one sealed.
  /// - Throws: `Problem` `unavailable` if there is no key and none may be made, or the file cannot be made.
  public func seal(_ plain: [UInt8], context: [UInt8], mayMakeKey: Bool) throws -> [UInt8] {
    guard let key = try key(mayMake: mayMakeKey) else { throw Self.isGone }
    let box = try AES.GCM.seal(Data(plain), using: SymmetricKey(data: key), authenticating: Data(context))
    // Only a nonce of another length than the standard's has no combined form.
    guard let combined = box.combined else { throw Problem(.internal, "the value could not be sealed") }
    return [Self.version] + Self.mark(of: key) + Array(combined)
  }

  /// - Throws: `Problem` `unavailable` if the key is gone, is another one, or the value was sealed for another context
  ///   or changed.
  public func open(_ sealed: [UInt8], context: [UInt8]) throws -> [UInt8] {
    guard let key = bytes.withLock({ $0 }) else { throw Self.isGone }
    guard sealed.first == Self.version, sealed.count > 1 + Self.markLength else { throw Self.doesNotOpen }
    guard Array(sealed[1...Self.markLength]) == Self.mark(of: key) else {
      throw Problem(
        .unavailable, "it was sealed with another key than the one in \(Self.fileName)",
        hint: "restore the right \(Self.fileName) and start the server again, or set the secret anew")
    }
    do {
      let box = try AES.GCM.SealedBox(combined: Data(sealed.dropFirst(1 + Self.markLength)))
      return Array(try AES.GCM.open(box, using: SymmetricKey(data: key), authenticating: Data(context)))
    } catch {
      throw Self.doesNotOpen
    }
  }

  private func key(mayMake: Bool) throws -> [UInt8]? {
    try bytes.withLock { known in
      if let known { return known }
      guard mayMake else { return nil }
      let file = PrivateFile(folder: folder, name: Self.fileName)
      var generator = SystemRandomNumberGenerator()
      let made = (0..<Self.length).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      // If another server was quicker with the same folder, its key is the key.
      known = try file.create(made) ? made : try Self.read(file)
      return known
    }
  }

  private static func read(_ file: PrivateFile) throws -> [UInt8]? {
    guard let bytes = try file.read(atMost: length + 1) else { return nil }
    guard bytes.count == length else {
      throw Problem(.invalid, "a sealing key has \(length) bytes, not \(bytes.count)", file: fileName)
    }
    return bytes
  }

  /// Tells keys apart, and says nothing about them.
  private static func mark(of key: [UInt8]) -> [UInt8] {
    let message = Data("grapnel sealing key".utf8)
    return Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)).prefix(markLength))
  }

  private static var isGone: Problem {
    Problem(
      .unavailable, "\(fileName), which secrets were sealed with, is gone from the data folder",
      hint: "restore it from a backup and start the server again, or remove all secrets and set them anew")
  }

  private static var doesNotOpen: Problem {
    Problem(
      .unavailable, "what the store holds was changed, or is of another place", hint: "set the secret anew")
  }
}
