import Dispatch

/// Runs an actor's jobs on a queue of its own, so that its file I/O holds none of the threads that tasks share.
final class ContentExecutor: SerialExecutor {
  private let queue = DispatchQueue(label: "grapnel.content")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
