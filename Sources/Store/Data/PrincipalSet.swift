/// Whom a request stands for, resolved against one state of the store.
public struct PrincipalSet: Hashable, Sendable {
  /// The names: `system.Everyone`, `system.Authenticated`, the user's id, the addresses of the groups that it is in.
  public var names: [String]
  /// Those of `names` that any access list or group has ever named, as the store numbers them.
  public var rows: [Int64]

  public init(names: [String], rows: [Int64]) {
    self.names = names
    self.rows = rows
  }
}
