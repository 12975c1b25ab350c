import CSandbox
public import EventLoop
import Glibc

/// A run that the launcher was asked to start.
@LoopActor
public final class SandboxedProcess {
  /// Names the run on the launcher's socket.
  let id: UInt64
  private weak var launcher: Launcher?
  private var exit: SandboxExit?
  private var waiting: [LoopContinuation<SandboxExit>] = []
  private var sentSignals: Set<Int32> = []

  init(id: UInt64, _ launcher: Launcher) {
    self.id = id
    self.launcher = launcher
  }

  /// Asks the run's main process group to end (SIGTERM). Only the first call does something, and not after the end.
  public func terminate() {
    send(SIGTERM)
  }

  /// Ends everything in the run now (SIGKILL). Only the first call does something, and not after the end.
  public func kill() {
    send(SIGKILL)
  }

  /// What became of the run, once nothing of it is left. Any number of tasks may wait, also afterwards; the wait does not end
  /// with the task's cancellation: `kill` does it.
  public func waitForExit() async -> SandboxExit {
    await withLoopContinuation { if let exit { $0.resume(returning: exit) } else { waiting.append($0) } }
  }

  func finish(_ exit: SandboxExit) {
    guard self.exit == nil else { return }
    self.exit = exit
    let waiting = self.waiting
    self.waiting = []
    for continuation in waiting { continuation.resume(returning: exit) }
  }

  private func send(_ signal: Int32) {
    guard exit == nil, sentSignals.insert(signal).inserted else { return }
    launcher?.send(signal, to: id)
  }
}
