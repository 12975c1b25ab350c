public import Model

/// A key as it is kept: by a hash of its secret that only the server's own secret can make.
public struct StoredKey: Hashable, Sendable {
  public var key: Key
  /// The keyed hash of the secret.
  public var hash: [UInt8]
  /// The secret itself, sealed with a key that is kept outside the store; only for keys that a protocol must show again.
  public var sealed: [UInt8]?

  public init(key: Key, hash: [UInt8], sealed: [UInt8]? = nil) {
    self.key = key
    self.hash = hash
    self.sealed = sealed
  }
}
