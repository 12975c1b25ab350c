public import Model

/// Triggers, and the transactions in which custom events start runs.
///
/// Changes by people are written together with an event, whose actor is who made them. Those that a hook's version
/// declares come and go with that version: `HookStore` makes, changes and removes them in its own transactions, so that
/// a trigger of the same name and definition stays what it was, and removes all of a hook that is removed.
public protocol TriggerStore: Sendable {
  /// Stores a trigger that somebody made beside its hook, with an event `trigger.created`.
  ///
  /// - Parameter most: how many the instance may have.
  /// - Returns: the trigger with its serial number.
  /// - Throws: `Problem` `notFound` if there is no such hook or instance, `conflict` with field `name` if the hook has one
  ///   of that name, `tooMany` if the instance has `most`.
  func add(_ trigger: Trigger, most: Int, by actor: String, at time: Timestamp) async throws -> Trigger

  /// Gives a trigger another definition, with an event `trigger.updated`, or enables or disables it, with
  /// `trigger.enabled` or `trigger.disabled`. What is so already is not written.
  ///
  /// - Parameters:
  ///   - definition: only of those whose origin is `api`; `nil` leaves it.
  ///   - expected: the revision that it must have, or the change is a `conflict`; `nil` takes any.
  /// - Throws: `Problem` `notFound` if it is not there, `conflict` if its definition is the manifest's.
  func update(
    _ id: ID<Trigger>, definition: TriggerDefinition?, isEnabled: Bool?, expected: Int64?, by actor: String,
    at time: Timestamp
  ) async throws -> Trigger

  /// Removes a trigger, with an event `trigger.removed`. Its runs stay.
  ///
  /// - Returns: false if it is not there.
  /// - Throws: `Problem` `conflict` if its origin is the manifest.
  func remove(_ id: ID<Trigger>, by actor: String, at time: Timestamp) async throws -> Bool

  func find(_ id: ID<Trigger>) async throws -> Trigger?

  func find(hook: ID<Hook>, name: String) async throws -> Trigger?

  /// Triggers in the order of their serial numbers.
  ///
  /// - Parameters:
  ///   - after: a serial number; leaves out this one and those before it.
  ///   - limit: 1 to 1000.
  func list(_ filter: TriggerFilter, after: Int64, limit: Int) async throws -> [Trigger]

  /// Runs `body` in a transaction, alone among all that change the store, and returns when that is on the disk. If it
  /// throws, nothing was changed.
  ///
  /// - Parameter bytes: about how much `body` holds in memory while it waits.
  func write<Value: Sendable>(
    bytes: Int, _ body: @escaping @Sendable (any TriggerTransaction) throws -> Value
  ) async throws -> Value
}
