public import Model

/// Hooks, their versions, and the bundles behind those. The truth about hooks: a folder is only one origin of them.
public protocol HookStore: Sendable {
  /// Makes `name` answer with `bundle` and `definition`: a new hook, or a new version of the one that is there.
  ///
  /// Hook, version, bundle and the event `hook.deployed` are written together or not at all. If the active version has
  /// the same bundle hash and the same definition, nothing is written and `changed` is false.
  ///
  /// - Parameter origin: where it came from, such as `folder`; the actor of the event.
  /// - Throws: `Problem` `invalid` if the name breaks the rule for names, `notFound` if there is no such instance.
  func deploy(
    instance: ID<Instance>, name: String, bundle: Bundle, definition: HookDefinition, origin: String, at time: Timestamp
  ) async throws -> (hook: Hook, changed: Bool)

  /// The hook that answers to `name`; `nil` if there is none, or it was removed.
  func find(instance: ID<Instance>, name: String) async throws -> Hook?

  /// The hook with that id; `nil` if there is none, or it was removed.
  func find(_ id: ID<Hook>) async throws -> Hook?

  /// The hooks of an instance that were not removed, by name.
  func list(instance: ID<Instance>) async throws -> [Hook]

  /// At most `limit` of the hooks of an instance that were not removed, by name: those that come after `name`.
  func list(instance: ID<Instance>, after name: String?, limit: Int) async throws -> [Hook]

  /// All versions of a hook, newest first; also of one that was removed.
  func versions(_ hook: ID<Hook>) async throws -> [HookVersion]

  /// Makes a hook answer no more and records the event `hook.removed`. Its versions, runs and logs stay; its name can
  /// be used again at once, by a hook with a new id.
  ///
  /// - Returns: whether it was there.
  func remove(_ id: ID<Hook>, at time: Timestamp) async throws -> Bool

  /// The hashes of the bundles that may still be started: of every version of every hook that was not removed, and of
  /// every run that has not ended.
  func bundlesInUse() async throws -> Set<String>
}
