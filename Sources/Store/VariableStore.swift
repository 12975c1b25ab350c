public import Model

/// Environment variables and configuration values of instances and hooks.
public protocol VariableStore: Sendable {
  /// Makes a variable, or replaces the one of the same place, kind and name, and records the event `env.set`, which
  /// says everything but the value. Both are written, or neither.
  ///
  /// - Parameter actor: who does it, for the event.
  /// - Throws: `Problem` `invalid` if the name is empty or longer than 256 bytes, `tooLarge` if its level would have more
  ///   than `VariableBounds` allow, `notFound` if there is no such instance or hook.
  func set(_ variable: Variable, by actor: String) async throws

  /// The variables at one level, by name: those of the hook itself, or with `nil` those of the instance itself. Where
  /// both have one of a name, the hook's wins; merging is the caller's. Asked for every run, so a store remembers it.
  func list(instance: ID<Instance>, hook: ID<Hook>?) async throws -> [Variable]

  /// Takes a variable away and records the event `env.removed`.
  ///
  /// - Returns: whether it was there; if not, nothing is recorded.
  func remove(
    instance: ID<Instance>, hook: ID<Hook>?, kind: Variable.Kind, name: String, by actor: String, at time: Timestamp
  ) async throws -> Bool

  /// How many sealed values there are in the whole store. Without the key that they were sealed with they are lost, so
  /// it must not be replaced while there are any.
  func countSealed() async throws -> Int
}
