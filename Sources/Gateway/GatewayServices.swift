public import Content
public import Doors
public import Identity
public import Logging
public import Model
public import Store
public import Telemetry

/// What the gateway stands on.
public struct GatewayServices: Sendable {
  public var store: any Store
  public var keys: KeyRing
  public var variables: Variables
  public var runs: any RunService
  public var deployer: HookDeployer
  public var clock: any WallClock
  /// The version of the server, for `GET /api/v1/version`.
  public var version: String
  /// What `GET /metrics` shows, and where the gateway counts.
  public var metrics: MetricsRegistry
  public var logger: Logger
  /// Who answers what is below a first segment of paths, such as `v1`; the server's own segments stay its own.
  public var doors: [String: any Door] = [:]
  /// What is kept ready for runs.
  public var pools: @Sendable () async throws -> [PoolResource] = { [] }
  /// Monotonic time since some moment, by which rates are counted.
  public var uptime: @Sendable () -> Duration = Self.systemUptime

  public init(
    store: any Store, keys: KeyRing, variables: Variables, runs: any RunService, deployer: HookDeployer,
    clock: any WallClock, version: String, metrics: MetricsRegistry = MetricsRegistry(), logger: Logger
  ) {
    self.store = store
    self.keys = keys
    self.variables = variables
    self.runs = runs
    self.deployer = deployer
    self.clock = clock
    self.version = version
    self.metrics = metrics
    self.logger = logger
  }

  private static let start = ContinuousClock.now

  /// The machine's own.
  @Sendable public static func systemUptime() -> Duration { start.duration(to: .now) }
}
