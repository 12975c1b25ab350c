public import Model

/// The tenants of a store.
public protocol InstanceStore: Sendable {
  /// Makes an instance and gives it its serial number.
  ///
  /// - Throws: `Problem` `invalid` if the name breaks the rule for names or is reserved, `conflict` if it is taken.
  func create(name: String, at time: Timestamp) async throws -> Instance

  func find(name: String) async throws -> Instance?

  func find(_ id: ID<Instance>) async throws -> Instance?

  /// All instances in the order of their serial numbers.
  func list() async throws -> [Instance]

  /// At most `limit` instances in the order of their serial numbers: those whose number is larger than `serial`.
  func list(after serial: Int64, limit: Int) async throws -> [Instance]
}
