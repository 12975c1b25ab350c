/// The bounds of an engine.
public struct EngineConfiguration: Sendable {
  /// Runs at once in this server.
  public var capacity: Int
  /// Runs at once of one instance.
  public var capacityOfInstance: Int
  /// Whether hooks may ask for `network: host`.
  public var allowsHostNetwork: Bool
  /// How long a run may take to end after SIGTERM before it is killed.
  public var grace: Duration
  /// How long the runs in flight may go on when the server is told to stop.
  public var stopGrace: Duration
  /// How long this server's claims hold without being renewed.
  public var lease: Duration
  /// How many runs may stand above a run that a hook asked for.
  public var depth: Int
  public var schedules: SchedulerConfiguration

  public init(
    capacity: Int = 1280, capacityOfInstance: Int = 1152, allowsHostNetwork: Bool = false,
    grace: Duration = .seconds(2), stopGrace: Duration = .seconds(5), lease: Duration = .seconds(60), depth: Int = 16,
    schedules: SchedulerConfiguration = SchedulerConfiguration()
  ) {
    self.capacity = capacity
    self.capacityOfInstance = capacityOfInstance
    self.allowsHostNetwork = allowsHostNetwork
    self.grace = grace
    self.stopGrace = stopGrace
    self.lease = lease
    self.depth = depth
    self.schedules = schedules
  }
}
