/// A credential of programs. The secret itself is shown once and never stored: see `StoredKey`.
public struct Key: Hashable, Sendable {
  public var id: ID<Key>
  /// The instance it is for; `nil` for a key of the whole host.
  public var instance: ID<Instance>?
  public var name: String
  public var role: Role
  /// The first characters of the secret, by which people tell keys apart.
  public var prefix: String
  public var createdAt: Timestamp
  public var expiresAt: Timestamp?

  public init(
    id: ID<Key>, instance: ID<Instance>?, name: String, role: Role, prefix: String, createdAt: Timestamp,
    expiresAt: Timestamp? = nil
  ) {
    self.id = id
    self.instance = instance
    self.name = name
    self.role = role
    self.prefix = prefix
    self.createdAt = createdAt
    self.expiresAt = expiresAt
  }
}
