/// One server process's lasting identity in a store: the same at every start with the same data folder.
public struct Host: Hashable, Sendable {
  public var id: ID<Host>
  public var name: String
  /// Until when its claims hold without being renewed.
  public var leaseExpiresAt: Timestamp

  public init(id: ID<Host>, name: String, leaseExpiresAt: Timestamp) {
    self.id = id
    self.name = name
    self.leaseExpiresAt = leaseExpiresAt
  }
}
