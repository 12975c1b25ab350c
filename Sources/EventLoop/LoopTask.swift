/// A task on the loop's thread whose end others there can wait for without leaving the thread, as `await task.value`
/// would: that is not isolated to any actor, and costs two changes of thread.
@LoopActor
public final class LoopTask {
  private var task: Task<Void, Never>?
  private var hasEnded = false
  private var waiting: [LoopContinuation<Void>] = []

  public init(_ body: @escaping @LoopActor @Sendable () async -> Void) {
    // The task ends the cycle of references when it has run.
    task = Task(executorPreference: LoopActor.taskExecutor) { await self.perform(body) }
  }

  /// Asks the task to end early.
  public func cancel() { task?.cancel() }

  /// Returns when the task has ended. Any number may wait, also afterwards; their own cancellation does not end the wait.
  public func wait() async {
    await withLoopContinuation { if hasEnded { $0.resume() } else { waiting.append($0) } }
  }

  private func perform(_ body: @LoopActor @Sendable () async -> Void) async {
    await body()
    hasEnded = true
    task = nil
    for continuation in waiting { continuation.resume() }
    waiting = []
  }
}
