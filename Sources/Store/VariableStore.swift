public import Model

/// Environment variables and configuration values of instances and hooks.
public protocol VariableStore: Sendable {
  /// Makes a variable, or replaces the one of the same place, kind and name.
  ///
  /// - Throws: `Problem` `invalid` if the name is empty or longer than 256 bytes, `notFound` if there is no such
  ///   instance or hook.
  func set(_ variable: Variable) async throws

  /// The variables at one level, by name: those of the hook itself, or with `nil` those of the instance itself. Where
  /// both have one of a name, the hook's wins; merging is the caller's.
  func list(instance: ID<Instance>, hook: ID<Hook>?) async throws -> [Variable]

  /// - Returns: whether it was there.
  func remove(instance: ID<Instance>, hook: ID<Hook>?, kind: Variable.Kind, name: String) async throws -> Bool
}
