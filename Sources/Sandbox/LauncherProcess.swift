import CSandbox
public import EventLoop
import Glibc
import Model

/// A launcher that has started and said that it is ready.
@LoopActor
public final class LauncherProcess {
  /// How long the launcher may take until it is ready; it clears away orphans of a server before it, which takes a while.
  private static let patience = Duration.seconds(20)

  /// The server's end of the socket, for `Launcher`, which takes it over.
  public let socket: Int32
  public let processID: Int32
  /// The level that it enforces.
  public let level: SandboxLevel
  /// The version of the cgroups that hold the limits, 1 or 2; `nil` where there are rlimits only.
  public let cgroupVersion: Int?
  /// The version of the kernel's Landlock; `nil` where there is none.
  public let landlockVersion: Int?
  private let child: ChildProcess

  private init(socket: Int32, _ child: ChildProcess, _ ready: gs_ready) {
    self.socket = socket
    self.child = child
    processID = child.processID
    level = ready.level == UInt32(GS_LEVEL_FULL) ? .full : .user
    cgroupVersion = ready.cgroup == 0 ? nil : Int(ready.cgroup)
    landlockVersion = ready.landlock == 0 ? nil : Int(ready.landlock)
  }

  /// Starts a launcher and waits until it is ready for runs.
  ///
  /// - Throws: `Problem` with code `unavailable` that names what this host lacks and what mends it.
  public static func start(_ configuration: LauncherConfiguration) async throws -> LauncherProcess {
    let executable = try configuration.executable ?? findExecutable()
    var server: Int32 = -1
    var launcher: Int32 = -1
    let status = gs_socket_pair(&server, &launcher)
    guard status == 0 else {
      throw Problem(.unavailable, "the server cannot make the launcher's socket: \(LoopError(code: status))")
    }
    let child: ChildProcess
    do {
      defer { close(launcher) }
      child = try ChildProcess(
        executable: executable, arguments: configuration.arguments, environment: Self.environment,
        descriptors: [2: 2, 3: launcher])
    } catch {
      close(server)
      throw Problem(
        .unavailable, "the sandbox launcher cannot be started: \(executable): \(error)",
        hint: "set GRAPNEL_LAUNCHER to the path of grapnel-launcher")
    }
    do {
      return LauncherProcess(socket: server, child, try await readiness(server, child))
    } catch {
      close(server)
      child.send(signal: SIGKILL)
      throw error
    }
  }

  /// The exit status, and the signal that ended the launcher or 0.
  public func waitForExit() async -> (status: Int64, signal: Int32) {
    await child.waitForExit()
  }

  /// The path that the variable `GRAPNEL_LAUNCHER` names, otherwise `grapnel-launcher` beside this program's own file.
  ///
  /// - Throws: `Problem` with code `unavailable` when there is no such file.
  public nonisolated static func findExecutable() throws -> String {
    let path: String
    if let named = getenv("GRAPNEL_LAUNCHER") {
      path = String(cString: named)
    } else {
      var name = [CChar](repeating: 0, count: Int(PATH_MAX))
      let length = readlink("/proc/self/exe", &name, name.count - 1)
      let own = String(decoding: name[..<max(0, length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      path = own.prefix(through: own.lastIndex(of: "/") ?? own.startIndex) + "grapnel-launcher"
    }
    guard access(path, X_OK) == 0 else {
      throw Problem(
        .unavailable, "the sandbox launcher is not at \(path)",
        hint: "set GRAPNEL_LAUNCHER to the path of grapnel-launcher")
    }
    return path
  }

  /// Nothing of the server's own environment reaches the launcher, and so no run can ever see it.
  static let environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"]

  private static func readiness(_ socket: Int32, _ child: ChildProcess) async throws -> gs_ready {
    let poll = try DescriptorPoll(descriptor: socket)
    let timer = LoopTimer()
    defer {
      poll.close()
      timer.stop()
    }
    let isInTime = try await withCheckedThrowingContinuation { continuation in
      var waiting: CheckedContinuation<Bool, any Error>? = continuation
      @LoopActor func wake(_ isInTime: Bool) {
        poll.stop()
        timer.stop()
        waiting?.resume(returning: isInTime)
        waiting = nil
      }
      timer.start(after: patience) { wake(false) }
      do {
        try poll.start(.readable) { _ in wake(true) }
      } catch {
        waiting?.resume(throwing: error)
        waiting = nil
      }
    }
    guard isInTime else {
      throw Problem(.unavailable, "the sandbox launcher was not ready within \(patience)")
    }
    var packet = gs_fatal()
    let length = gs_receive(socket, &packet, MemoryLayout<gs_fatal>.size, nil, nil)
    switch (packet.type, length) {
    case (UInt32(GS_EVENT_READY), MemoryLayout<gs_ready>.size):
      let ready = withUnsafeBytes(of: packet) { $0.loadUnaligned(as: gs_ready.self) }
      guard ready.version == GS_PROTOCOL_VERSION else {
        throw Problem(
          .unavailable, "the sandbox launcher speaks version \(ready.version), this server \(GS_PROTOCOL_VERSION)",
          hint: "install both from the same build")
      }
      return ready
    case (UInt32(GS_EVENT_FATAL), MemoryLayout<gs_fatal>.size):
      throw Problem(
        .unavailable, "the sandbox cannot be enforced on this host: \(String(cString: gs_fatal_text(&packet)))",
        hint: "`grapnel doctor` lists what this host lacks")
    default:
      let ending = length <= 0 ? await child.waitForExit() : nil
      let detail = ending.map { $0.signal == 0 ? " with status \($0.status)" : " by signal \($0.signal)" } ?? ""
      throw Problem(
        .unavailable, "the sandbox launcher ended\(detail) before it was ready",
        hint: "its own words are above, in the log")
    }
  }
}
