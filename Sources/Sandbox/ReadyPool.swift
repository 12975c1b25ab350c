import CSandbox
public import Model

/// What the launcher keeps ready for one instance's runs of one runtime.
public struct ReadyPool: Hashable, Sendable {
  /// Of the instance.
  public var serial: Int64
  public var runtime: String
  public var mode: StartMode
  public var network: NetworkAccess
  /// Of the fork server; `nil` while there is none.
  public var processID: Int32?
  /// Whether the fork server makes processes.
  public var isReady: Bool
  /// The inits that wait for a run.
  public var waiting: [Int32]
  /// Runs that were begun from it.
  public var served: Int
  /// Runs that found nothing ready and were begun by `exec`.
  public var missed: Int
  /// Fork servers, and waiting processes, that died, hung or grew too large.
  public var losses: Int
  /// Fork servers that were replaced after their number of runs.
  public var recycled: Int
  /// Since a run needed it.
  public var idleSeconds: Int
  /// Of the fork server; `nil` where there is none.
  public var memory: ByteSize?

  init(_ packet: gs_warm_status) {
    serial = Int64(clamping: packet.serial)
    runtime = withUnsafeBytes(of: packet.runtime) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    mode = packet.start == UInt32(GS_START_FORK) ? .fork : .spare
    network = packet.network == UInt32(GS_NETWORK_HOST) ? .host : .none
    processID = packet.pid > 0 ? packet.pid : nil
    isReady = packet.is_ready != 0
    waiting = withUnsafeBytes(of: packet.inits) { bytes in
      bytes.bindMemory(to: Int32.self).prefix(Int(packet.waiting)).filter { $0 > 0 }
    }
    served = Int(packet.served)
    missed = Int(packet.missed)
    losses = Int(packet.losses)
    recycled = Int(packet.recycled)
    idleSeconds = Int(packet.idle_s)
    memory = packet.memory >= 0 ? ByteSize(bytes: packet.memory) : nil
  }
}
