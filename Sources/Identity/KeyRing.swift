import Crypto
import Foundation
public import Model
public import Store

/// Makes keys and recognises them.
///
/// A key's secret is never stored: the store holds HMAC-SHA256 of it under the server's own secret, so that neither a
/// copy of the database nor a guess at one lets anybody in.
public struct KeyRing: Sendable {
  let store: any KeyStore
  private let secret: [UInt8]
  let clock: any WallClock

  public init(store: any KeyStore, secret: ServerSecret, clock: any WallClock) {
    self.store = store
    self.secret = secret.bytes
    self.clock = clock
  }

  /// Makes a key and stores it. The secret is returned here and cannot be had again.
  ///
  /// - Parameters:
  ///   - name: what people call the key: 1 to 80 characters without control characters.
  ///   - instance: the instance that it is for; `nil` makes a key of the whole host.
  ///   - expiresAt: when it stops working; must be in the future.
  ///   - actor: who makes it, for its event.
  /// - Throws: `Problem` `invalid`, and what the store throws.
  public func create(
    name: String, role: Role, instance: ID<Instance>? = nil, expiresAt: Timestamp? = nil, by actor: String = "host"
  ) async throws -> (key: Key, secret: String) {
    guard (1...80).contains(name.count), !name.unicodeScalars.contains(where: { $0.properties.isControl }) else {
      throw Problem(
        .invalid, "the name cannot be used", field: "name", rule: "1 to 80 characters, none of them a control character"
      )
    }
    let now = clock.now
    if let expiresAt, expiresAt <= now {
      throw Problem(.invalid, "the key would have expired already", field: "expires_at", rule: "a time in the future")
    }
    let secret = KeySecret()
    let key = Key(
      id: ID(at: now), instance: instance, name: name, role: role, prefix: secret.prefix, createdAt: now,
      expiresAt: expiresAt)
    try await store.insert(StoredKey(key: key, hash: hash(secret.text)), by: actor)
    return (key, secret.text)
  }

  /// Whether `text` has the form of a key's secret, which says nothing about whether there is such a key.
  public static func isWellFormed(_ text: String) -> Bool { KeySecret.isWellFormed(text) }

  /// Who shows `text` as a key; `nil` if it is none, or has expired.
  ///
  /// What has not even the form of a secret takes the same path, so that the time of the answer tells nothing.
  public func authenticate(_ text: String) async throws -> Principal? {
    let presented = hash(text)
    let stored = try await store.find(hash: presented)
    let isEqual = constantTimeEqual(presented, stored?.hash ?? [UInt8](repeating: 0, count: presented.count))
    guard let key = stored?.key, isEqual, KeySecret.isWellFormed(text) else { return nil }
    if let expiresAt = key.expiresAt, expiresAt <= clock.now { return nil }
    return Principal(key: key)
  }

  private func hash(_ text: String) -> [UInt8] {
    // The prefix keeps what else the server's secret may ever sign apart from keys.
    let message = Data("grapnel key\0\(text)".utf8)
    return Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: secret)))
  }

  private func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

extension Unicode.Scalar.Properties {
  fileprivate var isControl: Bool { generalCategory == .control || generalCategory == .format }
}
