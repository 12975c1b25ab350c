public import Model

/// The tenants of a store.
public protocol InstanceStore: Sendable {
  /// Makes an instance and gives it its serial number, which no other ever gets; the event `instance.created` in the feed
  /// of the host is written with it. So is its bucket, which has its name and holds its data.
  ///
  /// - Parameter actor: who makes it, such as `key:01h…` or `host`.
  /// - Throws: `Problem` `invalid` if the name breaks the rule for names or is reserved, `conflict` if it is taken by an
  ///   instance or by a bucket that is no instance's.
  func create(name: String, by actor: String, at time: Timestamp) async throws -> Instance

  /// Gives an instance another name; its id, its number and all that it has stay with it. The event `instance.renamed`
  /// in the feed of the host is written with it; a name that it has already is not written.
  ///
  /// - Throws: `Problem` `notFound` if there is no such instance, `invalid` if the name breaks the rule for names or is
  ///   reserved, `conflict` if it is taken.
  func rename(_ id: ID<Instance>, to name: String, by actor: String, at time: Timestamp) async throws -> Instance

  /// Makes an instance be there no more: neither it nor its keys are found from now on, nothing new can be defined in
  /// it, and none of its runs that wait starts. Its name is free at once, for an instance with another id and number.
  /// The event `instance.removed` in the feed of the host is written with it. What the instance had is deleted by
  /// `clear`, little by little.
  ///
  /// - Returns: whether it was there.
  func remove(_ id: ID<Instance>, by actor: String, at time: Timestamp) async throws -> Bool

  /// The instances that were removed and of which something may be left, in the order of their numbers.
  func removed() async throws -> [ID<Instance>]

  /// Deletes some of what a removed instance had: runs, logs, events, keys, variables, hooks with their versions, and
  /// whatever else is its own. Does nothing to an instance that is there.
  ///
  /// - Parameter limit: how many rows at most, 1 to 10,000; fewer where they are large.
  /// - Returns: how many rows; 0 when nothing was left. From then on nothing can be added to it either.
  func clear(_ id: ID<Instance>, limit: Int) async throws -> Int

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
