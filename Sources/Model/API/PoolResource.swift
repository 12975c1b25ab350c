/// What is kept ready for the runs of one instance and runtime, as the API shows it.
public struct PoolResource: Hashable, Sendable, Codable {
  public var instance: String
  public var runtime: String
  /// `fork` or `spare`.
  public var start: StartMode
  public var network: NetworkAccess
  /// Process of the fork server.
  public var pid: Int32?
  /// Whether the fork server makes processes.
  public var ready: Bool
  /// Inits that wait for a run, by their processes.
  public var waiting: [Int32]
  public var served: Int
  public var missed: Int
  public var losses: Int
  public var recycled: Int
  public var idleSeconds: Int
  /// Of the fork server.
  public var memoryBytes: Int64?

  public init(
    instance: String, runtime: String, start: StartMode, network: NetworkAccess, pid: Int32?, ready: Bool,
    waiting: [Int32], served: Int, missed: Int, losses: Int, recycled: Int, idleSeconds: Int, memoryBytes: Int64?
  ) {
    self.instance = instance
    self.runtime = runtime
    self.start = start
    self.network = network
    self.pid = pid
    self.ready = ready
    self.waiting = waiting
    self.served = served
    self.missed = missed
    self.losses = losses
    self.recycled = recycled
    self.idleSeconds = idleSeconds
    self.memoryBytes = memoryBytes
  }

  private enum CodingKeys: String, CodingKey {
    case instance, runtime, start, network, pid, ready, waiting, served, missed, losses, recycled
    case idleSeconds = "idle_seconds"
    case memoryBytes = "memory_bytes"
  }
}
