public import Model

/// Hooks, their versions, and the bundles behind those. The truth about hooks: a folder is only one origin of them.
///
/// Every change is written together with its event, whose actor is who made it. `expected` is the number of the version
/// that must be active, or the change is a `conflict`; `nil` takes whatever is there.
public protocol HookStore: Sendable {
  /// Makes each name answer with its bundle and definition: a new hook, or a new version of the one that is there.
  ///
  /// All of them, with versions, bundles and events `hook.deployed`, are written together or not at all. Where the
  /// active version has the same bundle and definition, nothing is written and `changed` is false. Definitions are
  /// compared as they are read back, so that what an earlier version of the server stored equals what it means now.
  ///
  /// - Returns: in the order of the deployments.
  /// - Throws: `Problem` `invalid` if a name breaks the rule for names, `notFound` if there is no such instance,
  ///   `conflict` if another version is active than one expects.
  func deploy(_ deployments: [Deployment], at time: Timestamp) async throws -> [(hook: Hook, changed: Bool)]

  /// Deploys as `deploy` does, sets variables as `VariableStore.set` does, and adds schedules and triggers or changes those that are
  /// there as `ScheduleStore` does, each with its event, and records `instance.imported`. All of it is written together
  /// or not at all.
  ///
  /// - Returns: in the order of the deployments.
  /// - Throws: what those throw; `notFound` if there is no hook for a variable or a schedule, `conflict` if a variable is
  ///   a secret or a schedule the manifest's.
  func importDefinitions(
    _ definitions: DefinitionImport, at time: Timestamp
  ) async throws -> [(hook: Hook, changed: Bool)]

  /// Takes what the watched folder has under a name, and deploys it if that is another bundle than the folder had when
  /// this was called last for the name. What was deployed, rolled back, renamed or removed otherwise since stays until
  /// then, also over a restart. Where the bundle is the same and the definition is not, such as with the layers of a new
  /// compiler, it is deployed only if the active version is what the folder had last.
  ///
  /// - Returns: the hook of that name, which may be none if it was removed or renamed.
  /// - Throws: as `deploy`.
  func deployFromFolder(_ deployment: Deployment, at time: Timestamp) async throws -> (hook: Hook?, changed: Bool)

  /// The names under which `deployFromFolder` has taken something that `removeFromFolder` has not let go of.
  func folderNames(instance: ID<Instance>) async throws -> [String]

  /// Notes that the folder has nothing more under a name, and removes the hook of that name if its active version came
  /// from the folder.
  ///
  /// - Returns: whether a hook was removed.
  func removeFromFolder(instance: ID<Instance>, name: String, at time: Timestamp) async throws -> Bool

  /// The hook that answers to `name`; `nil` if there is none, or it was removed.
  func find(instance: ID<Instance>, name: String) async throws -> Hook?

  /// The hook with that id; `nil` if there is none, or it was removed.
  func find(_ id: ID<Hook>) async throws -> Hook?

  /// The hooks of an instance that were not removed, by name.
  func list(instance: ID<Instance>) async throws -> [Hook]

  /// At most `limit` of the hooks of an instance that were not removed, by name: those that come after `name`.
  func list(instance: ID<Instance>, after name: String?, limit: Int) async throws -> [Hook]

  /// Versions of a hook, newest first; also of one that was removed.
  ///
  /// - Parameters:
  ///   - number: only versions with a smaller number; `nil` begins with the newest.
  ///   - limit: 1 to 1000.
  /// - Throws: `Problem` `invalid` with field `limit`.
  func versions(_ hook: ID<Hook>, before number: Int64?, limit: Int) async throws -> [HookVersion]

  /// One version of a hook.
  func version(_ hook: ID<Hook>, number: Int64) async throws -> HookVersion?

  /// The names that a hook had before those that it has, oldest first.
  func formerNames(_ hook: ID<Hook>) async throws -> [String]

  /// Makes a version the active one; the event is `hook.rolled_back`. Nothing is written if it is that already.
  ///
  /// - Throws: `Problem` `notFound` if there is no such hook or version, `conflict`.
  func activate(
    _ id: ID<Hook>, number: Int64, expected: Int64?, by actor: String, at time: Timestamp
  ) async throws -> Hook

  /// Lets a hook answer or not, or gives it another name, or both; its id, versions, runs and logs stay with it. The
  /// events are `hook.enabled`, `hook.disabled` and `hook.renamed`; what is so already is not written.
  ///
  /// - Throws: `Problem` `notFound` if there is no such hook, `invalid` if the name breaks the rule for names,
  ///   `conflict` if it is taken.
  func update(
    _ id: ID<Hook>, enabled: Bool?, name: String?, expected: Int64?, by actor: String, at time: Timestamp
  ) async throws -> Hook

  /// Makes a hook answer no more and records the event `hook.removed`. Its versions, runs and logs stay, its variables
  /// and secrets go; its name can be used again at once, by a hook with a new id.
  ///
  /// - Returns: whether it was there.
  /// - Throws: `Problem` `conflict`.
  func remove(_ id: ID<Hook>, expected: Int64?, by actor: String, at time: Timestamp) async throws -> Bool

  /// The hashes of the bundles, and of the layers beside them, that may still be started: of every version of every hook
  /// that was not removed, alone or with its instance, and of every run that has not ended.
  func bundlesInUse() async throws -> Set<String>
}

extension HookStore {
  /// Deploys one version, whatever version is active.
  ///
  /// - Parameter origin: `folder`, or the actor of a deployment by the API.
  public func deploy(
    instance: ID<Instance>, name: String, bundle: Bundle, definition: HookDefinition, origin: String, at time: Timestamp
  ) async throws -> (hook: Hook, changed: Bool) {
    let deployment = Deployment(
      instance: instance, name: name, bundle: bundle, definition: definition,
      origin: HookVersion.Origin(rawValue: origin) ?? .api, actor: origin)
    guard let answer = try await deploy([deployment], at: time).first else {
      throw Problem(.internal, "a deployment has no answer")
    }
    return answer
  }

  /// The newest versions of a hook, at most 1000.
  public func versions(_ hook: ID<Hook>) async throws -> [HookVersion] {
    try await versions(hook, before: nil, limit: 1000)
  }

  /// Removes a hook, whatever version is active.
  public func remove(_ id: ID<Hook>, by actor: String = "host", at time: Timestamp) async throws -> Bool {
    try await remove(id, expected: nil, by: actor, at: time)
  }
}
