import CLibuv
import Glibc
import Synchronization

/// A libuv loop on a thread of its own, as an executor: each job of an actor that uses it runs as one step of the loop.
///
/// The process has one, behind `LoopActor`. A test may make another to see it shut down.
public final class EventLoop: SerialExecutor {
  private struct Job {
    let job: UnownedJob
    /// Whether it is one of the actor's, and not of a task that merely prefers to be here.
    let isIsolated: Bool
  }

  private struct Inbox {
    var jobs: [Job] = []
    /// A drain is certain to come, so a new job needs no wake-up.
    var isDrainDue = false
    var shutdown: CheckedContinuation<Void, Never>?
    var hasEnded = false
  }

  /// Jobs that run in one turn before libuv looks at its descriptors and timers again.
  private static let jobsPerTurn = 256

  private let inbox = Mutex(Inbox())
  /// `pthread_self()` of the loop's thread; 0 until it runs.
  private let thread = Atomic<UInt>(0)

  /// The C loop. Used on the loop's thread only; the pointer itself never changes.
  nonisolated(unsafe) let raw: UnsafeMutablePointer<uv_loop_t>
  /// `uv_async_send` may be called from any thread; it is called under the inbox's lock, and never after `hasEnded`.
  nonisolated(unsafe) private let wakeUp: UnsafeMutablePointer<uv_async_t>
  /// Used on the loop's thread only, as is the pointer's target.
  nonisolated(unsafe) private let prepare: UnsafeMutablePointer<uv_prepare_t>
  /// The jobs under way, taken from the inbox. Used by `drain` only, on the loop's thread.
  nonisolated(unsafe) private var batch: [Job] = []
  nonisolated(unsafe) private var batchPosition = 0
  /// Safe: `init` sets it before the loop's thread begins and before anybody else has the loop, and nobody sets it again.
  /// It is a variable only because it needs the loop to be made.
  nonisolated(unsafe) private(set) var taskExecutor: LoopTaskExecutor!
  /// Whether `wake` resumes a task just now. Safe: `wake` sets it on the loop's thread, which it checks, and `isWaking` reads
  /// it only there.
  nonisolated(unsafe) var isResuming = false

  /// Starts a loop on a new thread.
  ///
  /// - Parameter name: the thread's name, at most 15 bytes.
  public init(name: String) {
    // A broken pipe is an error of the write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    Self.setHook()
    raw = .allocate(capacity: 1)
    wakeUp = .allocate(capacity: 1)
    prepare = .allocate(capacity: 1)
    // These fail only when the process has no descriptors left before it has begun; there is no way to go on.
    precondition(uv_loop_init(raw) == 0, "the event loop cannot start: no descriptors or memory")
    precondition(uv_async_init(raw, wakeUp, { _ in }) == 0, "the event loop cannot start: no descriptors")
    precondition(uv_prepare_init(raw, prepare) == 0, "uv_prepare_init always succeeds")
    prepare.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    wakeUp.pointee.data = nil
    precondition(uv_prepare_start(prepare, turnPrepared) == 0, "uv_prepare_start always succeeds")
    taskExecutor = LoopTaskExecutor(self)
    var id = pthread_t()
    let context = Unmanaged.passRetained(Start(loop: self, name: name)).toOpaque()
    let status = pthread_create(
      &id, nil,
      { context in
        guard let context else { return nil }
        let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
        gs_name_thread(start.name)
        start.loop.run()
        return nil
      }, context)
    precondition(status == 0, "the event loop cannot start its thread: \(LoopError(errno: status))")
    pthread_detach(id)
  }

  private final class Start {
    let loop: EventLoop
    let name: String

    init(loop: EventLoop, name: String) {
      self.loop = loop
      self.name = name
    }
  }

  public func enqueue(_ job: consuming ExecutorJob) {
    enqueue(UnownedJob(job), isIsolated: true)
  }

  /// Whether what is enqueued now is a task that waited in code isolated to the loop.
  var isWaking: Bool { isOnThread && isResuming }

  func enqueue(_ job: UnownedJob, isIsolated: Bool) {
    let isOnThread = isOnThread
    inbox.withLock { inbox in
      precondition(!inbox.hasEnded, "a job came for an event loop that has been shut down")
      inbox.jobs.append(Job(job: job, isIsolated: isIsolated))
      guard !inbox.isDrainDue else { return }
      inbox.isDrainDue = true
      // On the loop's own thread `drain` runs anyway before the next wait.
      if !isOnThread { uv_async_send(wakeUp) }
    }
  }

  public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }

  public func checkIsolated() {
    preconditionOnThread()
  }

  public func isIsolatingCurrentContext() -> Bool? { isOnThread }

  /// Closes all handles that still live, runs the jobs that come of it, and ends the thread. Not for the loop of `LoopActor`.
  ///
  /// A job that comes later is a fault of the program and traps.
  public func shutdown() async {
    await withCheckedContinuation { continuation in
      inbox.withLock { inbox in
        precondition(inbox.shutdown == nil && !inbox.hasEnded, "an event loop is shut down once")
        inbox.shutdown = continuation
        inbox.isDrainDue = true
        uv_async_send(wakeUp)
      }
    }
  }

  private var isOnThread: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

  func preconditionOnThread() {
    precondition(isOnThread, "this belongs to the event loop's thread")
  }

  // MARK: - On the loop's thread

  private func run() {
    thread.store(UInt(pthread_self()), ordering: .relaxed)
    blockSignals()
    uv_run(raw, UV_RUN_DEFAULT)
    let status = uv_loop_close(raw)
    precondition(status == 0, "the event loop ended with open handles")
    raw.deallocate()
    let waiting = inbox.withLock { inbox in
      defer { inbox.shutdown = nil }
      return inbox.shutdown
    }
    waiting?.resume()
  }

  /// Leaves the process's signals to other threads. SIGCHLD stays for libuv's children, and those stay that a fault of this
  /// very thread raises.
  private func blockSignals() {
    var signals = sigset_t()
    sigfillset(&signals)
    for signal in [SIGCHLD, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS] { sigdelset(&signals, signal) }
    pthread_sigmask(SIG_SETMASK, &signals, nil)
  }

  /// Lets this thread take `signal`, for a process whose other threads all block it.
  func unblock(_ signal: Int32) {
    preconditionOnThread()
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, signal)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Runs the waiting jobs, at most `jobsPerTurn`; then the loop attends to I/O and comes back for the rest.
  func drain() {
    let executor = asUnownedSerialExecutor()
    let taskExecutor = taskExecutor.asUnownedTaskExecutor()
    for _ in 0..<Self.jobsPerTurn {
      if batchPosition == batch.count {
        guard refill() else { return }
      }
      let job = batch[batchPosition]
      batchPosition += 1
      if job.isIsolated {
        // For a task that prefers another place, or none, the runtime makes a job of each call from here to here.
        job.job.runSynchronously(isolatedTo: executor, taskExecutor: taskExecutor)
      } else {
        job.job.runSynchronously(on: taskExecutor)
      }
    }
    // More may be waiting: make the coming wait for I/O return at once.
    inbox.withLock { inbox in
      inbox.isDrainDue = true
      uv_async_send(wakeUp)
    }
  }

  /// Takes what the inbox has; false if that is nothing.
  private func refill() -> Bool {
    batch.removeAll(keepingCapacity: true)
    batchPosition = 0
    return inbox.withLock { inbox in
      swap(&inbox.jobs, &batch)
      if !batch.isEmpty { return true }
      inbox.isDrainDue = false
      if inbox.shutdown != nil { closeHandles(&inbox) }
      return false
    }
  }

  /// One step of the shutdown: closes what is open; when nothing but the loop's own handles is left, closes those too.
  private func closeHandles(_ inbox: inout Inbox) {
    var others = 0
    withUnsafeMutablePointer(to: &others) { others in
      uv_walk(
        raw,
        { handle, others in
          guard let handle, handle.pointee.type != UV_ASYNC, handle.pointee.type != UV_PREPARE else { return }
          others?.assumingMemoryBound(to: Int.self).pointee += 1
          if let data = handle.pointee.data { Unmanaged<LoopHandle>.fromOpaque(data).takeUnretainedValue().close() }
        }, others)
    }
    guard others == 0 else {
      // Their close callbacks come at the end of this turn; look again in the next.
      inbox.isDrainDue = true
      uv_async_send(wakeUp)
      return
    }
    inbox.hasEnded = true
    uv_close(UnsafeMutableRawPointer(wakeUp).assumingMemoryBound(to: uv_handle_t.self), handleClosed)
    prepare.pointee.data = nil
    uv_close(UnsafeMutableRawPointer(prepare).assumingMemoryBound(to: uv_handle_t.self), handleClosed)
  }
}
