/// The loop as a place for tasks: what of them is not isolated to any actor runs on the loop's thread too.
///
/// A task that prefers it and works on the loop changes threads for nothing but what truly happens elsewhere.
final class LoopTaskExecutor: TaskExecutor {
  /// Unowned: it is a part of the loop.
  private unowned let loop: EventLoop

  init(_ loop: EventLoop) {
    self.loop = loop
  }

  func enqueue(_ job: consuming ExecutorJob) {
    loop.enqueue(UnownedJob(job), isIsolated: loop.isWaking)
  }
}
