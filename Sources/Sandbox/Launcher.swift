import CSandbox
public import EventLoop
import Glibc
import Model

/// The server's end of the socket to the launcher, the process that makes every sandbox.
@LoopActor
public final class Launcher {
  /// Requests that may wait for the launcher to read; one more is refused.
  public nonisolated static let queueCapacity = 1024

  /// Packets taken from the socket before the loop's other work gets its turn.
  private static let packetsPerTurn = 64
  /// Until the kernel is asked again when too many descriptors are under way; nothing tells when it is less.
  private static let retryDelay = Duration.milliseconds(2)

  private static let largestPacket = max(MemoryLayout<gs_fatal>.size, MemoryLayout<gs_status>.size)

  private enum Request {
    case start(id: UInt64, specification: Int32, specificationLength: Int, RunDescriptors)
    case signal(id: UInt64, Int32)
    case status
  }

  /// Why requests wait.
  private enum Blockage {
    /// The socket is full until the launcher reads.
    case room
    /// The kernel has no memory, or too many descriptors under way in sockets.
    case kernel
  }

  /// Called once when the launcher has died; by then every run has its end. Not called for `close`.
  public var onDeath: (@LoopActor () -> Void)?
  /// Whether runs can be started.
  public private(set) var isAlive = true

  private let socket: Int32
  private let poll: DescriptorPoll
  private let retryTimer = LoopTimer()
  private var blockage: Blockage?
  private var isWatchingForRoom = false
  private var processes: [UInt64: SandboxedProcess] = [:]
  private var requests: [Request] = []
  private var lastID: UInt64 = 0
  private var waitingForStatus: [LoopContinuation<[ReadyPool]?>] = []

  /// Takes ownership of the socket, also when it throws. The launcher has said that it is ready: see `LauncherProcess`.
  ///
  /// - Throws: `LoopError`.
  public init(adopting descriptor: Int32) throws {
    socket = descriptor
    do {
      poll = try DescriptorPoll(descriptor: descriptor)
    } catch {
      if error as? LoopError != .closed { Glibc.close(descriptor) }
      throw error
    }
    try watch()
  }

  deinit {
    guard isAlive else { return }
    Task { @LoopActor [poll, socket, processes, requests] in
      poll.close()
      Glibc.close(socket)
      Self.abandon(processes, requests)
    }
  }

  /// Runs that have not ended.
  public var runCount: Int { processes.count }

  /// Asks for a run. Always takes the descriptors: they are closed here once they are on their way, or when this throws.
  ///
  /// The run's failure to start is told by `waitForExit`.
  ///
  /// - Throws: `Problem`: `unavailable` when the launcher has died or this process lacks descriptors, `tooMany` when
  ///   `queueCapacity` requests wait, `invalid` or `tooLarge` for a policy that cannot be said.
  public func start(_ policy: SandboxPolicy, _ descriptors: RunDescriptors) throws -> SandboxedProcess {
    do {
      guard isAlive else {
        throw Problem(.unavailable, "the sandbox launcher has ended", hint: "restart the server")
      }
      guard requests.count < Self.queueCapacity else {
        throw Problem(
          .tooMany, "\(requests.count) runs wait for the sandbox launcher", rule: "at most \(Self.queueCapacity)",
          retryAfterSeconds: 1)
      }
      let specification = try policy.specification()
      let file = gs_spec_memfd(specification, specification.count)
      guard file >= 0 else {
        throw Problem(
          .unavailable, "the server cannot describe a run to the launcher: \(LoopError(code: file))",
          hint: "raise the server's limit of open files (ulimit -n)")
      }
      lastID += 1
      let process = SandboxedProcess(id: lastID, self)
      processes[lastID] = process
      submit(
        .start(id: lastID, specification: file, specificationLength: specification.count, descriptors))
      return process
    } catch {
      descriptors.close()
      throw error
    }
  }

  /// Closes the socket, upon which the launcher kills every run and ends. Runs that wait end as `launcherDied`.
  public func close() {
    end()
  }

  func send(_ signal: Int32, to id: UInt64) {
    guard isAlive else { return }
    // Each run sends each signal once, so these are bounded by the runs.
    submit(.signal(id: id, signal))
  }

  func askForStatus(_ continuation: LoopContinuation<[ReadyPool]?>) {
    waitingForStatus.append(continuation)
    if waitingForStatus.count == 1 { submit(.status) }
  }

  /// Answers all who wait for what is kept ready; `nil` for not knowing it.
  func finishStatus(_ pools: [ReadyPool]?) {
    let waiting = waitingForStatus
    waitingForStatus = []
    for continuation in waiting { continuation.resume(returning: pools) }
  }

  private func submit(_ request: Request) {
    requests.append(request)
    if blockage == nil { sendRequests() }
  }

  /// Sends what waits, in order, until the socket is full.
  private func sendRequests() {
    blockage = nil
    var sent = 0
    while sent < requests.count, blockage == nil {
      switch -transmit(requests[sent]) {
      case 0:
        Self.release(requests[sent])
        sent += 1
      case EAGAIN:
        blockage = .room
      case ETOOMANYREFS, ENOBUFS, ENOMEM:
        blockage = .kernel
      default:
        requests.removeFirst(sent)
        return die()
      }
    }
    requests.removeFirst(sent)
    if blockage == .kernel { retryTimer.start(after: Self.retryDelay) { [weak self] in self?.sendRequests() } }
    guard isWatchingForRoom != (blockage == .room) else { return }
    do {
      try watch()
    } catch {
      die()
    }
  }

  private func transmit(_ request: Request) -> Int32 {
    switch request {
    case .start(let id, let specification, let length, let descriptors):
      var packet = gs_start(type: UInt32(GS_REQUEST_START), spec_length: UInt32(length), id: id)
      let passed = [specification] + descriptors.all
      return gs_send(socket, &packet, MemoryLayout<gs_start>.size, passed, passed.count)
    case .signal(let id, let signal):
      var packet = gs_signal(type: UInt32(GS_REQUEST_SIGNAL), signal: signal, id: id)
      return gs_send(socket, &packet, MemoryLayout<gs_signal>.size, nil, 0)
    case .status:
      var packet = gs_status_request(type: UInt32(GS_REQUEST_STATUS))
      return gs_send(socket, &packet, MemoryLayout<gs_status_request>.size, nil, 0)
    }
  }

  private static func release(_ request: Request) {
    guard case .start(_, let specification, _, let descriptors) = request else { return }
    Glibc.close(specification)
    descriptors.close()
  }

  // MARK: - Events

  private func watch() throws {
    isWatchingForRoom = blockage == .room
    try poll.start(isWatchingForRoom ? [.readable, .writable] : .readable) { [weak self] in self?.becameReady($0) }
  }

  private func becameReady(_ ready: Result<DescriptorPoll.Events, LoopError>) {
    guard isAlive else { return }
    if case .success(let events) = ready {
      if events.contains(.readable) { receive() }
      if isAlive, events.contains(.writable), blockage == .room { sendRequests() }
    } else {
      // What was sent before the end is still there to read.
      receive()
      if isAlive { die() }
    }
  }

  private func receive() {
    for _ in 0..<Self.packetsPerTurn where isAlive {
      let length = withUnsafeTemporaryAllocation(byteCount: Self.largestPacket, alignment: 16) { packet in
        let length = gs_receive(socket, packet.baseAddress, packet.count, nil, nil)
        if length > 0 { understand(UnsafeRawBufferPointer(rebasing: packet[..<length])) }
        return length
      }
      if length == -Int(EAGAIN) { return }
      if length == -Int(EMSGSIZE) { continue }
      guard length > 0 else { return die() }
    }
  }

  private func understand(_ packet: UnsafeRawBufferPointer) {
    guard packet.count >= MemoryLayout<UInt32>.size else { return }
    switch packet.loadUnaligned(as: UInt32.self) {
    case UInt32(GS_EVENT_EXIT) where packet.count == MemoryLayout<gs_exit>.size:
      let exit = packet.loadUnaligned(as: gs_exit.self)
      processes.removeValue(forKey: exit.id)?.finish(SandboxExit(exit))
    case UInt32(GS_EVENT_REFUSED) where packet.count == MemoryLayout<gs_refused>.size:
      let refused = packet.loadUnaligned(as: gs_refused.self)
      processes.removeValue(forKey: refused.id)?.finish(SandboxExit(refused))
    case UInt32(GS_EVENT_STATUS):
      if let pools = Self.pools(in: packet) { finishStatus(pools) }
    case UInt32(GS_EVENT_FATAL):
      die()
    default:
      // A newer launcher may tell more than we ask.
      return
    }
  }

  private func die() {
    guard isAlive else { return }
    end()
    onDeath?()
  }

  private func end() {
    guard isAlive else { return }
    isAlive = false
    retryTimer.stop()
    poll.close()
    Glibc.close(socket)
    let (processes, requests) = (self.processes, self.requests)
    self.processes = [:]
    self.requests = []
    Self.abandon(processes, requests)
    finishStatus(nil)
  }

  private static func abandon(_ processes: [UInt64: SandboxedProcess], _ requests: [Request]) {
    for request in requests { release(request) }
    for process in processes.values { process.finish(SandboxExit(ending: .launcherDied)) }
  }
}
