import Content
import CoreMetrics
import Engine
import EventLoop
import Foundation
import Gateway
import Identity
import Logging
import Model
import Runtimes
import Sandbox
import Store
import StoreSQLite
import Telemetry

/// A server's parts, wired: from the launcher up to the listener, and down again.
struct Server {
  private let handover: ServerHandover
  private let clock: any WallClock = SystemWallClock()

  init(_ handover: ServerHandover) {
    self.handover = handover
  }

  private var plan: ServerPlan { handover.plan }

  /// Serves until SIGINT or SIGTERM.
  ///
  /// - Throws: `Problem` if a part cannot start, or the launcher dies.
  func run() async throws {
    let logger = makeLogger()
    let folder = try DataFolder(at: plan.data, owner: nil)
    // Root has taken the lock before it started the launcher, and passed it on.
    if let lock = handover.lock { try folder.keep(lock) } else { _ = try folder.lock() }
    let (ending, endings) = AsyncStream.makeStream(of: Ending.self)
    let signals = try await listen(for: [SIGINT, SIGTERM], endings)
    let metrics = startMetrics()
    let catalog = try plan.catalog(ProcessInfo.processInfo.environment)
    let (launcher, level) = try await makeLauncher(folder, catalog: catalog, endings, logger: logger)
    let store = try SQLiteStore(path: folder.database)
    let instance = try await instance(named: "main", in: store)
    let bundles = try BundleStore(folder: folder.bundles)
    let host = Model.Host(
      id: try folder.hostID(clock: clock), name: ProcessInfo.processInfo.hostName, leaseExpiresAt: clock.now)
    let variables = Variables(
      store: store.variables, sealing: try SealingKey(dataFolder: folder.path), clock: clock)
    let zones = HostZones(path: plan.configuration.zones)
    let engine = await Engine(
      store: store, variables: variables, catalog: catalog,
      strategy: WarmStrategy(launcher: launcher, catalog: catalog), host: host,
      configuration: plan.configuration.engine, clock: clock, metrics: metrics, logger: logger,
      zones: zones.source)
    let secret = try ServerSecret(dataFolder: folder.path)
    let keys = KeyRing(store: store.keys, secret: secret, clock: clock)
    let data = try await makeDataDoor(
      plan.configuration.data, store.records, engine: engine, secret: secret, keys: keys, clock: clock, logger: logger)
    try await engine.start()
    metrics.addSource { await engine.samples() }
    let adminKey = try await AdminKeyFile(dataFolder: folder.path).ensure(keys)
    let allowsHostNetwork = plan.configuration.allowsHostNetwork
    let layers = try LayerStore(folder: folder.layers)
    let preparation = HookPreparation(
      layers: layers, bundles: bundles,
      maker: LayerWorkshop(launcher: launcher, catalog: catalog, rule: plan.configuration.installation), clock: clock,
      logger: logger, record: { await engine.log($0) })
    let deployer = HookDeployer(
      store: store, bundles: bundles, runtimes: catalog, clock: clock, preparation: preparation,
      schedules: ScheduleAdmission(zones: zones.source),
      preflight: { definition in
        guard definition.network == .host, !allowsHostNetwork else { return nil }
        return Problem(
          .forbidden, "this server does not allow network: host", field: "network",
          hint: "set sandbox.allow_host_network: true in its configuration")
      })
    var folders: [HookFolder] = []
    for (path, instance) in [(plan.hooks, instance)] + (try await configuredInstances(store)) {
      let hooks = HookFolder(
        folder: path, instance: instance, store: store, deployer: deployer, clock: clock, logger: logger)
      try await hooks.start()
      folders.append(hooks)
    }
    let deployed = try await store.hooks.list(instance: instance.id)
    var services = GatewayServices(
      store: store, keys: keys, variables: variables, runs: engine, deployer: deployer, clock: clock,
      version: ProductVersion.text, metrics: metrics, logger: logger)
    services.doors["v1"] = data
    services.pools = { try await Self.pools(launcher, store) }
    let gateway = GatewayServer(
      configuration: plan.configuration.gateway(at: plan.listen), services: services,
      onListening: { port in
        let url = "http://\(ListenAddress(host: plan.listen.host, port: port))"
        do {
          try folder.writeBeacon(url: url)
        } catch {
          endings.yield(.failed(error))
        }
        let banner = ServerBanner(
          version: ProductVersion.text, url: url, dataFolder: handover.shownData,
          hooksFolder: handover.shownHooks, level: level, hooks: deployed, adminKey: adminKey)
        FileHandle.standardOutput.write(Data(banner.text.utf8))
      })
    let serving = Task {
      do {
        try await gateway.run()
      } catch {
        endings.yield(.failed(error))
      }
    }
    let upkeep = Task { [retention = plan.configuration.retention] in
      await makeUpkeep(store, bundles, layers, engine, retention, logger).run()
    }
    let reason = await ending.first { _ in true }
    logger.info("stopping")
    folder.removeBeacon()
    await preparation.stop()
    upkeep.cancel()
    for hooks in folders { await hooks.stop() }
    async let stopped: Void = engine.shutDown()
    await gateway.shutDown(within: plan.configuration.stopGrace + plan.configuration.grace + .seconds(1))
    await stopped
    await serving.value
    await upkeep.value
    await engine.recordPeriods()
    try await store.close()
    await LoopActor.run { launcher.close() }
    await LoopActor.run { for signal in signals { signal.close() } }
    if case .failed(let error) = reason { throw error }
  }

  /// What makes a server stop.
  private enum Ending: Sendable {
    case asked
    case failed(any Error)
  }

  /// What the parts count; also behind swift-metrics' own interface, for those that know no other.
  private func startMetrics() -> MetricsRegistry {
    let metrics = MetricsRegistry()
    MetricsSystem.bootstrap(metrics)
    Meter(label: "grapnel_build_info", dimensions: [("version", ProductVersion.text)], factory: metrics).set(Int64(1))
    let start = Double(clock.now.microseconds) / 1_000_000
    metrics.addSource { ProcessFigures.samples(startedAt: start) }
    return metrics
  }

  private func makeUpkeep(
    _ store: any Store, _ bundles: BundleStore, _ layers: LayerStore, _ engine: Engine, _ retention: Retention,
    _ logger: Logger
  ) -> Upkeep {
    Upkeep(
      store: store, clock: clock, retention: retention, logger: logger,
      recordPeriods: { await engine.recordPeriods() },
      collect: { try bundles.collectGarbage(keeping: $0).count + layers.collectGarbage(keeping: $0).count })
  }

  private func makeLogger() -> Logger {
    LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
    var logger = Logger(label: "grapnel")
    logger.logLevel = plan.configuration.logLevel
    return logger
  }

  @LoopActor
  private func listen(
    for numbers: [Int32], _ endings: AsyncStream<Ending>.Continuation
  ) throws -> [SignalListener] {
    try numbers.map { try SignalListener(signal: $0) { endings.yield(.asked) } }
  }

  /// The launcher that root has started, or one of our own; and what the banner says of it.
  @LoopActor
  private func makeLauncher(
    _ folder: DataFolder, catalog: RuntimeCatalog, _ endings: AsyncStream<Ending>.Continuation, logger: Logger
  ) async throws -> (Launcher, String) {
    let launcher: Launcher
    let level: SandboxLevel
    let cgroupVersion: Int?
    if let running = handover.launcher {
      launcher = try Launcher(adopting: running.socket)
      (level, cgroupVersion) = (running.level, running.cgroupVersion)
    } else {
      guard plan.configuration.level != .full else {
        throw Problem(
          .unavailable, "the level full needs a server that is started as root", field: "sandbox.level",
          hint: "start the server as root, or set sandbox.level: user")
      }
      for problem in await catalog.warmUp() { logger.notice("\(problem)") }
      let process = try await LauncherProcess.start(plan.launcher(level: .user, folder: folder, catalog: catalog))
      launcher = try Launcher(adopting: process.socket)
      (level, cgroupVersion) = (process.level, process.cgroupVersion)
    }
    launcher.onDeath = {
      endings.yield(
        .failed(
          Problem(
            .unavailable, "the launcher of sandboxes has died, and the server with it",
            hint: "start the server again; a supervisor such as systemd does it by itself")))
    }
    let limits = cgroupVersion.map { "limits by cgroups v\($0)" } ?? "limits by rlimits"
    return (launcher, "\(level.rawValue), \(limits)")
  }

  /// The folders that the configuration names, each with its instance, which is made if there is none.
  private func configuredInstances(_ store: any Store) async throws -> [(String, Instance)] {
    var found: [(String, Instance)] = []
    for (name, folder) in plan.configuration.instances.sorted(by: { $0.key < $1.key }) {
      found.append((folder, try await instance(named: name, in: store)))
    }
    return found
  }

  private func instance(named name: String, in store: any Store) async throws -> Instance {
    if let instance = try await store.instances.find(name: name) { return instance }
    return try await store.instances.create(name: name, at: clock.now)
  }
}
