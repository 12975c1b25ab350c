import CLibuv
import Glibc
import Synchronization

// The runtime hands a resumed task to its pool of threads, and the first thing that the task does there is to come back
// to the loop: two changes of thread for every wait. So the job is caught on its way to the pool, by the hook that the
// runtime has for those who bring an executor of their own, and goes to the loop instead.

private typealias Enqueue = @convention(thin) (UnownedJob) -> Void
private typealias EnqueueHook = @convention(thin) (UnownedJob, Enqueue) -> Void

/// The thread whose next job for the pool is caught, as `pthread_self()`; 0 for none.
private let catcher = Atomic<UInt>(0)
/// Safe without a lock: used only by the thread that `catcher` names, while it does. A thread takes that place by an
/// exchange from 0, which acquires, and leaves it by a store, which releases, when it has emptied this.
nonisolated(unsafe) private var caught: UnownedJob?

private let takeJob: EnqueueHook = { job, enqueue in
  guard catcher.load(ordering: .relaxed) == UInt(pthread_self()), caught == nil else { return enqueue(job) }
  caught = job
}

extension EventLoop {
  /// Makes the runtime ask `takeJob`. Called before any thread could catch anything.
  static func setHook() {
    gs_set_enqueue_hook(unsafeBitCast(takeJob, to: UnsafeMutableRawPointer.self))
  }

  /// Runs `resume`, which resumes one task that waits in code isolated to this loop, and lets the task go on as a job of
  /// this loop.
  func wake(_ resume: () -> Void) {
    preconditionOnThread()
    // Another loop may be at it; then the task takes the long way.
    let isCatching = catcher.compareExchange(
      expected: 0, desired: UInt(pthread_self()), ordering: .acquiring
    ).exchanged
    isResuming = true
    resume()
    isResuming = false
    guard isCatching else { return }
    let job = caught
    caught = nil
    catcher.store(0, ordering: .releasing)
    // None if the task had not come to its wait yet.
    if let job { enqueue(ExecutorJob(job)) }
  }
}
