import CSandbox
import EventLoop
import Model

extension Launcher {
  /// Until the launcher has said what it keeps ready. It says nothing while its events wait for us.
  private static let statusPatience = Duration.seconds(5)

  /// What the launcher keeps ready now.
  ///
  /// - Throws: `Problem` `unavailable` when the launcher has died or does not say.
  public func readyPools() async throws -> [ReadyPool] {
    guard isAlive else { throw Self.silence }
    let timer = LoopTimer()
    timer.start(after: Self.statusPatience) { [weak self] in self?.finishStatus(nil) }
    defer { timer.stop() }
    let pools = await withLoopContinuation { askForStatus($0) }
    guard let pools else { throw Self.silence }
    return pools
  }

  private static var silence: Problem {
    Problem(.unavailable, "the sandbox launcher does not say what it keeps ready", retryAfterSeconds: 1)
  }

  /// What a status says; `nil` for a packet that is none.
  static func pools(in packet: UnsafeRawBufferPointer) -> [ReadyPool]? {
    guard packet.count == MemoryLayout<gs_status>.size else { return nil }
    let status = packet.loadUnaligned(as: gs_status.self)
    return withUnsafeBytes(of: status.pools) { bytes in
      bytes.bindMemory(to: gs_warm_status.self).prefix(Int(status.count)).map { ReadyPool($0) }
    }
  }
}
