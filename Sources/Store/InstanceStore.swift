public import Model

/// The tenants of a store.
public protocol InstanceStore: Sendable {
  /// Makes an instance and gives it its serial number, which no other ever gets; the event `instance.created` in the feed
  /// of the host is written with it.
  ///
  /// - Parameter actor: who makes it, such as `key:01h…` or `host`.
  /// - Throws: `Problem` `invalid` if the name breaks the rule for names or is reserved, `conflict` if it is taken.
  func create(name: String, by actor: String, at time: Timestamp) async throws -> Instance

  func find(name: String) async throws -> Instance?

  func find(_ id: ID<Instance>) async throws -> Instance?

  /// All instances in the order of their serial numbers.
  func list() async throws -> [Instance]

  /// At most `limit` instances in the order of their serial numbers: those whose number is larger than `serial`.
  func list(after serial: Int64, limit: Int) async throws -> [Instance]
}

extension InstanceStore {
  /// Makes an instance in the name of the host.
  public func create(name: String, at time: Timestamp) async throws -> Instance {
    try await create(name: name, by: "host", at: time)
  }
}
