import Content
import EventLoop
import Foundation
import Logging
import Model
import Runtimes
import Sandbox
import Schedules
import Store
import StoreSQLite
import Zones

@testable import Engine

/// Engines over a store of their own, whose every run fails to start: what a failure brings about needs no more.
@LoopActor
final class EngineFixture {
  /// Refuses to start anything, and says what it was asked for.
  final class BrokenStrategy: StartStrategy {
    let starts: AsyncStream<String>
    private let continuation: AsyncStream<String>.Continuation

    init() {
      (starts, continuation) = AsyncStream.makeStream()
    }

    func start(_ request: StartRequest) throws -> SandboxedProcess {
      for descriptor in Set(request.descriptors.all) { close(descriptor) }
      continuation.yield(request.bundle)
      throw Problem(.unavailable, "nothing starts here")
    }
  }

  /// There are no secrets here.
  struct NoSealing: Sealing {
    func seal(_ plain: [UInt8], context: [UInt8], mayMakeKey: Bool) throws -> [UInt8] {
      throw Problem(.unavailable, "nothing is sealed here")
    }

    func open(_ sealed: [UInt8], context: [UInt8]) throws -> [UInt8] {
      throw Problem(.unavailable, "nothing is sealed here")
    }
  }

  /// Rings when a test says so.
  final class ManualAlarm: MomentAlarm {
    let moments: AsyncStream<Timestamp>
    private let continuation: AsyncStream<Timestamp>.Continuation
    var onFire: (@LoopActor (WallClockAlarm.Event) -> Void)?

    init() {
      (moments, continuation) = AsyncStream.makeStream()
    }

    func set(at moment: Timestamp) { continuation.yield(moment) }
    func clear() {}
    func close() {}
    func ring(_ event: WallClockAlarm.Event = .due) { onFire?(event) }
  }

  let clock = ManualWallClock()
  let store: any Store
  let instance: Instance
  let host: Model.Host
  let strategy = BrokenStrategy()
  /// For runs that wait for their time.
  let alarm = ManualAlarm()
  /// For schedules.
  let scheduleAlarm = ManualAlarm()
  private let catalog: RuntimeCatalog
  private let folder: String

  init() async throws {
    folder = NSTemporaryDirectory() + "/grapnel-engine-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: folder + "/runtimes/executable", withIntermediateDirectories: true)
    let manifest = """
      name: executable
      description: any program
      extensions: []
      shebangs: ["*"]
      interpreters: []
      arguments: ["{entry}"]
      environment: {}
      package: ""
      strategy: exec
      features: [plain]
      """
    try Data(manifest.utf8).write(to: URL(filePath: folder + "/runtimes/executable/runtime.yaml"))
    catalog = try RuntimeCatalog(folder: folder + "/runtimes")
    store = try SQLiteStore(path: folder + "/grapnel.db")
    instance = try await store.instances.create(name: "main", at: clock.now)
    host = Model.Host(id: ID(at: clock.now), name: "test", leaseExpiresAt: clock.now)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A life of the server.
  func engine(isStarted: Bool = true) async throws -> Engine {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    var alarms = [alarm, scheduleAlarm]
    let engine = Engine(
      store: store, variables: Variables(store: store.variables, sealing: NoSealing(), clock: clock), catalog: catalog,
      strategy: strategy, host: host,
      configuration: EngineConfiguration(schedules: SchedulerConfiguration(spacing: .zero)), clock: clock,
      logger: logger, random: { 0.5 },
      zones: hostZones,
      makeAlarm: { onFire in
        let alarm = alarms.removeFirst()
        alarm.onFire = onFire
        return alarm
      })
    if isStarted { try await engine.start() }
    return engine
  }

  @discardableResult
  func deploy(
    _ name: String, bundle: Character = "a", retries: RetryRule? = nil, onFailure: String? = nil,
    parameters: JSONValue? = nil
  ) async throws -> Hook {
    try await store.hooks.deploy(
      instance: instance.id, name: name,
      bundle: Bundle(hash: String(repeating: bundle, count: 64), size: 1, fileCount: 1),
      definition: HookDefinition(
        runtime: "executable", entry: "main", parameters: parameters, retries: retries, onFailure: onFailure),
      origin: "folder", at: clock.now
    ).hook
  }

  func disable(_ hook: Hook, _ isDisabled: Bool = true) async throws {
    _ = try await store.hooks.update(
      hook.id, enabled: !isDisabled, name: nil, expected: nil, by: "test", at: clock.now)
  }

  func invocation(_ hook: Hook, isAsynchronous: Bool = true) -> Invocation {
    Invocation(
      id: ID(at: clock.now), instance: instance, hook: hook, cause: RunCause(kind: .http),
      request: RunRequest(method: "POST", path: "/rest"), payload: ["n": 1], input: .bytes(Array("{\"n\":1}".utf8)),
      isAsynchronous: isAsynchronous)
  }

  /// All runs, oldest first.
  func runs() async throws -> [Run] {
    try await store.runs.list(RunFilter(instance: instance.id), cursor: nil, limit: 100).items
      .sorted { $0.serial < $1.serial }
  }

  func letters() async throws -> [ID<Run>] {
    try await store.deadLetters.list(instance: instance.id, hookName: nil, cursor: nil, limit: 100).items.map(\.run.id)
  }
}

/// This host's time zones.
let hostZones: ZoneSource = { name throws(Problem) in
  try ZoneRules(name: name, tzif: ZoneFolder().bytes(of: name, atMost: ZoneRules.maximumFileSize))
}
