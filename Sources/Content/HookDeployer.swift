public import Model
public import Store

/// The one way into the store for every version of every hook, from the watched folder and from the API alike:
/// validated, bundled, prepared, activated. What fails in one step changes nothing.
public actor HookDeployer {
  private let store: any Store
  nonisolated let bundles: BundleStore
  nonisolated let runtimes: any RuntimeNaming
  /// What decides about the schedules that hooks declare.
  public nonisolated let schedules: ScheduleAdmission
  /// `nil` where nothing is ever prepared.
  nonisolated let preparation: HookPreparation?
  private let clock: any WallClock
  private let preflight: (@Sendable (HookDefinition) -> Problem?)?
  private nonisolated let executor = ContentExecutor()

  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// - Parameters:
  ///   - schedules: decides about the schedules that hooks declare.
  ///   - preflight: refuses a valid definition that this server's configuration does not admit.
  public init(
    store: any Store, bundles: BundleStore, runtimes: any RuntimeNaming, clock: any WallClock,
    preparation: HookPreparation? = nil, schedules: ScheduleAdmission = .withoutZones,
    preflight: (@Sendable (HookDefinition) -> Problem?)? = nil
  ) {
    self.store = store
    self.bundles = bundles
    self.runtimes = runtimes
    self.schedules = schedules
    self.preparation = preparation
    self.clock = clock
    self.preflight = preflight
  }

  /// Deploys one hook.
  ///
  /// - Throws: `Problem` `invalid`, `tooLarge` or `forbidden` for what is wrong with the files, with `file` and `line`
  ///   as for a folder of hooks; `conflict` if another version is active than expected; what the store and the disk say.
  public func deploy(_ order: DeploymentOrder) async throws -> DeploymentResource {
    guard let outcome = try await deploy([order]).first else { throw Problem(.internal, "a deployment has no outcome") }
    return outcome
  }

  /// Deploys several hooks, all of them or none.
  ///
  /// - Returns: in the order of the orders.
  public func deploy(_ orders: [DeploymentOrder]) async throws -> [DeploymentResource] {
    let (candidates, outcomes) = try await plan(orders)
    guard !orders.allSatisfy(\.isDryRun) else { return outcomes }
    let deployments = try await deployments(orders, candidates)
    return Self.outcomes(outcomes, of: try await store.hooks.deploy(deployments, at: clock.now))
  }

  /// Checks schedules that are to stand beside those of hooks which an import brings.
  ///
  /// - Throws: `Problem` `invalid` for what is wrong with one of them; its field begins with the number of the schedule, from
  ///   0.
  public func check(_ schedules: [DefinitionImport.Schedule], with orders: [DeploymentOrder]) throws {
    let candidates = try orders.map { (instance: $0.instance.name, candidate: try validate($0)) }
    for (index, schedule) in schedules.enumerated() {
      do {
        try Name.validate(schedule.name, field: "name")
        guard let (instance, candidate) = candidates.first(where: { $0.candidate.origin.name == schedule.hookName })
        else { throw Problem(.invalid, "the file has no hook \(schedule.hookName)", field: "hook") }
        guard !candidate.definition.schedules.contains(where: { $0.name == schedule.name }) else {
          throw Problem(
            .invalid, "the hook \(schedule.hookName) declares a schedule \(schedule.name) itself", field: "name",
            rule: "different names")
        }
        // What is past in a file has run where it comes from.
        try self.schedules.check(
          schedule.definition, parameters: candidate.definition.parameters,
          name: "\(instance)/\(schedule.hookName)/\(schedule.name)",
          created: schedule.definition.rule.start ?? ScheduleRule.moments.lowerBound)
      } catch var problem as Problem {
        problem.field = "\(index)/\(problem.field ?? "definition")"
        throw problem
      }
    }
  }

  /// As `check(_:with:)` of schedules.
  public func check(_ triggers: [DefinitionImport.Trigger], with orders: [DeploymentOrder]) throws {
    let candidates = try orders.map { (instance: $0.instance.name, candidate: try validate($0)) }
    for (index, trigger) in triggers.enumerated() {
      do {
        try Name.validate(trigger.name, field: "name")
        guard let (instance, candidate) = candidates.first(where: { $0.candidate.origin.name == trigger.hookName })
        else { throw Problem(.invalid, "the file has no hook \(trigger.hookName)", field: "hook") }
        guard !candidate.definition.triggers.contains(where: { $0.name == trigger.name }) else {
          throw Problem(
            .invalid, "the hook \(trigger.hookName) declares a trigger \(trigger.name) itself", field: "name",
            rule: "different names")
        }
        try TriggerAdmission.check(trigger.definition, instance: instance)
      } catch var problem as Problem {
        problem.field = "\(index)/\(problem.field ?? "definition")"
        throw problem
      }
    }
  }

  /// Deploys hooks, sets variables, schedules and triggers, all of them or none, with the event of an import. What `isDryRun` of
  /// the orders says counts for nothing here.
  ///
  /// - Parameters:
  ///   - variables: values that `Variables.validate` has admitted.
  ///   - schedules: those that `check(_:with:)` has admitted.
  ///   - triggers: the same.
  /// - Returns: in the order of the orders.
  public func importDefinitions(
    _ orders: [DeploymentOrder], variables: [DefinitionImport.Value], schedules: [DefinitionImport.Schedule],
    triggers: [DefinitionImport.Trigger] = [], to instance: ID<Instance>, by actor: String
  ) async throws -> [DeploymentResource] {
    let (candidates, outcomes) = try await plan(orders)
    let definitions = DefinitionImport(
      instance: instance, deployments: try await deployments(orders, candidates), variables: variables,
      schedules: schedules, triggers: triggers, actor: actor)
    return Self.outcomes(outcomes, of: try await store.hooks.importDefinitions(definitions, at: clock.now))
  }

  /// What deployments would change.
  private func plan(
    _ orders: [DeploymentOrder]
  ) async throws -> (candidates: [HookCandidate], outcomes: [DeploymentResource]) {
    let candidates = try orders.map { try validate($0) }
    var outcomes: [DeploymentResource] = []
    for (order, candidate) in zip(orders, candidates) {
      let active = try await store.hooks.find(instance: order.instance.id, name: order.name)
      if let expected = order.expectedVersion, expected != active?.version.number ?? 0 {
        throw Problem(
          .conflict, active.map { "version \($0.version.number) of the hook is active" } ?? "there is no such hook",
          field: "expected_version", rule: "version \(expected)")
      }
      let difference = try difference(from: active?.version, to: candidate)
      let isSwitched = order.isEnabled.map { $0 != active?.isEnabled ?? true } ?? false
      let isChanged = active == nil || !difference.isEmpty || isSwitched
      outcomes.append(
        DeploymentResource(
          hook: order.name, version: active?.version.number, changed: isChanged, dryRun: order.isDryRun,
          difference: difference))
    }
    return (candidates, outcomes)
  }

  /// Puts the files of deployments on the disk and makes ready what their versions need.
  private func deployments(
    _ orders: [DeploymentOrder], _ candidates: [HookCandidate]
  ) async throws -> [Deployment] {
    var deployments: [Deployment] = []
    for (order, candidate) in zip(orders, candidates) {
      let bundle = try bundles.ingest(candidate.files)
      let definition = try await prepare(candidate, for: order.instance)
      deployments.append(
        Deployment(
          instance: order.instance.id, name: order.name, bundle: bundle, definition: definition, origin: .api,
          actor: order.actor, expectedVersion: order.expectedVersion, isEnabled: order.isEnabled))
    }
    return deployments
  }

  private static func outcomes(
    _ planned: [DeploymentResource], of deployed: [(hook: Hook, changed: Bool)]
  ) -> [DeploymentResource] {
    zip(planned, deployed).map { outcome, deployed in
      var outcome = outcome
      outcome.version = deployed.hook.version.number
      outcome.changed = deployed.changed
      return outcome
    }
  }

  /// Deploys what the watched folder has, if that is news.
  func deployFromFolder(
    _ candidate: HookCandidate, layers: HookLayers?, to instance: Instance
  ) async throws -> (hook: Hook?, changed: Bool) {
    let bundle = try admitted(candidate)
    var definition = candidate.definition
    definition.layers = layers
    return try await store.hooks.deployFromFolder(
      Deployment(
        instance: instance.id, name: candidate.origin.name, bundle: bundle, definition: definition,
        origin: .folder, actor: HookVersion.Origin.folder.rawValue), at: clock.now)
  }

  /// Makes an earlier version the active one again.
  ///
  /// - Parameters:
  ///   - number: which one; `nil` takes the one before the active one.
  ///   - expected: the number of the version that must be active now; `nil` takes whatever is.
  /// - Throws: `Problem` `notFound` if there is no such version, `conflict`, `unavailable` if its files are gone.
  public func rollBack(
    _ hook: Hook, to number: Int64?, expected: Int64?, by actor: String
  ) async throws -> Hook {
    let version: HookVersion? =
      if let number {
        try await store.hooks.version(hook.id, number: number)
      } else {
        try await store.hooks.versions(hook.id, before: hook.version.number, limit: 1).first
      }
    guard let version else {
      throw Problem(
        .notFound,
        number.map { "the hook \(hook.name) has no version \($0)" }
          ?? "the hook \(hook.name) has no version before \(hook.version.number)", field: "version")
    }
    guard bundles.contains(version.bundle.hash) else {
      throw Problem(.unavailable, "the files of version \(version.number) are no longer there", field: "version")
    }
    try await prepare(version, of: hook)
    return try await store.hooks.activate(
      hook.id, number: version.number, expected: expected, by: actor, at: clock.now)
  }

  /// Whether the files of a bundle are there.
  public nonisolated func hasFiles(of bundle: String) -> Bool { bundles.contains(bundle) }

  /// The hash of the bundle that files would be.
  public nonisolated func hash(of files: [BundleFile]) throws -> String { try bundles.measure(files).hash }

  /// The files of a bundle.
  public func files(of bundle: String) throws -> [BundleFile] { try bundles.files(of: bundle) }

  // MARK: - Steps

  private func validate(_ order: DeploymentOrder) throws -> HookCandidate {
    try Name.validate(order.name, field: "name")
    _ = try bundles.measure(order.files)
    let candidate = try HookCandidate(name: order.name, files: order.files, by: reading(for: order.instance))
    try admit(candidate)
    return candidate
  }

  /// What the files of an instance's hooks are read with.
  nonisolated func reading(for instance: Instance) -> HookReading {
    HookReading(runtimes: runtimes, schedules: schedules, instance: instance.name)
  }

  private func admit(_ candidate: HookCandidate) throws {
    if let problem = preflight?(candidate.definition) { throw candidate.placed(problem) }
  }

  /// The bundle of a candidate that this server's configuration admits.
  func admitted(_ candidate: HookCandidate) throws -> Bundle {
    try admit(candidate)
    return try bundles.ingest(candidate.files)
  }

  /// What must be ready before a version may become active; a version that cannot be made ready never does.
  ///
  /// - Returns: the definition with the layers that its runs need.
  private func prepare(_ candidate: HookCandidate, for instance: Instance) async throws -> HookDefinition {
    var definition = candidate.definition
    guard let preparation else { return definition }
    do {
      definition.layers = try await preparation.prepare(
        HookPreparation.Subject(
          instance: instance, hook: candidate.origin.name, definition: definition, files: candidate.files))
    } catch let problem as Problem {
      throw candidate.located(problem)
    }
    return definition
  }

  /// Makes the layers of an earlier version anew where they are gone.
  private func prepare(_ version: HookVersion, of hook: Hook) async throws {
    let names = version.definition.layers?.names ?? []
    guard let preparation, !names.allSatisfy(preparation.layers.contains) else { return }
    guard let instance = try await store.instances.find(hook.instance) else { return }
    var definition = version.definition
    definition.layers = nil
    let made = try await preparation.prepare(
      HookPreparation.Subject(
        instance: instance, hook: hook.name, definition: definition, files: bundles.files(of: version.bundle.hash)))
    guard made == version.definition.layers else {
      throw Problem(
        .unavailable, "what version \(version.number) was compiled with is no longer there", field: "version",
        hint: "deploy its files again")
    }
  }

  /// What keeps the newest files of a hook from being live, if anything does.
  public nonisolated func preparationStatus(instance: ID<Instance>, hook: String) -> PreparationStatus? {
    preparation?.status(instance: instance, hook: hook)
  }

  private func difference(from version: HookVersion?, to candidate: HookCandidate) throws -> DeploymentDifference {
    let hash = try bundles.measure(candidate.files).hash
    var difference = DeploymentDifference()
    if version?.bundle.hash != hash {
      let old = try version.map { bundles.contains($0.bundle.hash) ? try bundles.files(of: $0.bundle.hash) : [] }
      difference.files = FileComparison.differences(from: old ?? [], to: candidate.files)
    }
    difference.definition = try DefinitionComparison.differences(from: version?.definition, to: candidate.definition)
    return difference
  }
}
