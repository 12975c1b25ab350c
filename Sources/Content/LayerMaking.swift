public import Model

/// Knows which layers a hook needs, and makes them.
public protocol LayerMaking: Sendable {
  /// The layers that a bundle needs before it can run, in the order of their making.
  ///
  /// - Parameter bundle: the content of its files, by path.
  /// - Throws: `Problem`: `unavailable` if this host lacks a tool, `forbidden` if the operator allows no such thing.
  func steps(for definition: HookDefinition, bundle: [String: [UInt8]]) throws -> [LayerStep]

  /// Makes one, in a sandbox.
  ///
  /// - Parameters:
  ///   - files: the bundle of the step's files alone.
  ///   - dependencies: the layer of its dependencies, if there is one.
  ///   - log: given what the command says, as it comes.
  ///   - result: given the layer, a tar stream, as it comes; when it throws the command is killed.
  /// - Throws: `Problem`, and what `result` threw.
  func make(
    _ step: LayerStep, of definition: HookDefinition, bundle: [String: [UInt8]], files: String, dependencies: String?,
    instanceSerial: Int64, log: @escaping @Sendable ([UInt8]) async -> Void,
    result: @escaping @Sendable ([UInt8]) async throws -> Void
  ) async throws
}
