public import Model

/// What a key that is to be made shall be.
public struct NewKey: Hashable, Sendable, Codable {
  public var name: String
  public var role: Role
  /// The instance that it is for; empty for a key of the whole host.
  public var instance: String?
  public var expiresAt: Timestamp?

  public init(name: String, role: Role, instance: String? = nil, expiresAt: Timestamp? = nil) {
    self.name = name
    self.role = role
    self.instance = instance
    self.expiresAt = expiresAt
  }

  private enum CodingKeys: String, CodingKey {
    case name, role, instance
    case expiresAt = "expires_at"
  }
}
