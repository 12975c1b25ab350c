/// A key as the management API shows it; `secret` is there only in the answer that made it.
public struct KeyResource: Hashable, Sendable, Codable {
  public var id: ID<Key>
  /// Missing for a key of the whole host.
  public var instance: String?
  public var name: String
  public var role: Role
  public var prefix: String
  public var secret: String?
  public var createdAt: Timestamp
  public var expiresAt: Timestamp?

  public init(_ key: Key, instance: String?, secret: String? = nil) {
    id = key.id
    self.instance = instance
    name = key.name
    role = key.role
    prefix = key.prefix
    self.secret = secret
    createdAt = key.createdAt
    expiresAt = key.expiresAt
  }

  private enum CodingKeys: String, CodingKey {
    case id, instance, name, role, prefix, secret
    case createdAt = "created_at"
    case expiresAt = "expires_at"
  }
}
