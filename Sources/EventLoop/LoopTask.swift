/// A task on the loop's thread whose end others there can wait for without leaving the thread, as `await task.value`
/// would: that is not isolated to any actor, and costs two changes of thread.
@LoopActor
public final class LoopTask {
  private var task: Task<Void, Never>?
  private var hasEnded = false
  private var waiting: [LoopContinuation<Void>] = []

  public init(_ body: @escaping @LoopActor @Sendable () async -> Void) {
    // The task ends the cycle of references when it has run.
    task = Task { @LoopActor in
      await body()
      finish()
    }
  }

  /// Asks the task to end early.
  public func cancel() { task?.cancel() }

  /// Returns when the task has ended. Any number may wait, also afterwards; their own cancellation does not end the wait.
  public func wait() async {
    guard !hasEnded else { return }
    await withLoopContinuation { waiting.append($0) }
  }

  private func finish() {
    hasEnded = true
    task = nil
    for continuation in waiting { continuation.resume() }
    waiting = []
  }
}
