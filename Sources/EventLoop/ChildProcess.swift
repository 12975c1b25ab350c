import CLibuv

/// A process that this one started. It is reaped whether or not anybody waits or holds this object.
@LoopActor
public final class ChildProcess {
  public let processID: Int32
  private let handle: ProcessHandle
  private var ending: (status: Int64, signal: Int32)?
  private var waiting: [LoopContinuation<(status: Int64, signal: Int32)>] = []

  /// Starts `executable`, with no signals blocked or ignored and no descriptors but the given ones (and `/dev/null` for
  /// those of 0, 1 and 2 that are missing). The given descriptors stay the caller's.
  ///
  /// - Parameters:
  ///   - executable: a path, or a name that is looked up in `PATH`.
  ///   - arguments: with the program's own name first.
  ///   - environment: `NAME=value` strings.
  ///   - descriptors: the child's number to ours.
  /// - Throws: `LoopError`, such as `ENOENT`.
  public init(
    executable: String, arguments: [String], environment: [String], descriptors: [Int32: Int32]
  ) throws {
    handle = try ProcessHandle(
      executable: executable, arguments: arguments, environment: environment, descriptors: descriptors,
      on: LoopActor.shared.loop)
    processID = handle.processID
    // Strong: the handle drops this with its close, which the end of the process brings about.
    handle.onExit = { status, signal in
      LoopActor.assumeIsolated { self.didExit(status, signal) }
    }
  }

  /// The exit status, and the signal that ended the process or 0. Any number of tasks may wait, also afterwards; the wait
  /// does not end with the task's cancellation.
  public func waitForExit() async -> (status: Int64, signal: Int32) {
    await withLoopContinuation { if let ending { $0.resume(returning: ending) } else { waiting.append($0) } }
  }

  /// Sends a signal, unless the process has ended.
  public func send(signal: Int32) {
    if ending == nil { handle.send(signal) }
  }

  private func didExit(_ status: Int64, _ signal: Int32) {
    ending = (status, signal)
    handle.close()
    let waiting = self.waiting
    self.waiting = []
    for continuation in waiting { continuation.resume(returning: (status, signal)) }
  }
}
