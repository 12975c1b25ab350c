import CLibuv
import Glibc

/// A descriptor that is owned here, closed exactly once, and on which one task can wait.
///
/// The watch is made when somebody first has to wait, and stays armed while readers and writers keep pace, so that the
/// usual wait costs no system call of its own; it is disarmed when something is ready that nobody waits for.
@LoopActor
final class PolledDescriptor {
  enum Wake {
    case ready
    case cancelled
    case closed
    case failed(LoopError)
  }

  /// -1 after `close`.
  private(set) var descriptor: Int32
  private let events: DescriptorPoll.Events
  private var poll: PollHandle?
  private var isArmed = false
  private var waiter: (ticket: UInt64, continuation: LoopContinuation<Wake>)?
  private var lastTicket: UInt64 = 0

  /// Takes ownership, also when it throws.
  init(adopting descriptor: Int32, _ events: DescriptorPoll.Events) throws(LoopError) {
    self.descriptor = descriptor
    self.events = events
    let flags = fcntl(descriptor, F_GETFL)
    guard flags >= 0, flags & O_NONBLOCK != 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 else {
      // What is not open must not be closed: the number may be somebody else's next.
      let error = LoopError(errno: errno)
      if error == .closed { self.descriptor = -1 }
      throw error
    }
  }

  deinit {
    guard descriptor >= 0 else { return }
    if let poll {
      Task { @LoopActor [poll, descriptor] in
        poll.close()
        Glibc.close(descriptor)
      }
    } else {
      Glibc.close(descriptor)
    }
  }

  var isOpen: Bool { descriptor >= 0 }

  /// Suspends until the descriptor is ready, the task is cancelled, or the descriptor is closed.
  func wait() async -> Wake {
    lastTicket += 1
    let ticket = lastTicket
    return await withTaskCancellationHandler {
      await withLoopContinuation { continuation in
        if let reason = reasonNotToWait() {
          continuation.resume(returning: reason)
        } else {
          waiter = (ticket, continuation)
        }
      }
    } onCancel: {
      Task { @LoopActor in
        if self.waiter?.ticket == ticket { self.wake(.cancelled) }
      }
    }
  }

  /// Sees to it that the wait will end, or says why there is none.
  private func reasonNotToWait() -> Wake? {
    guard isOpen else { return .closed }
    guard waiter == nil else { return .failed(.busy) }
    // The handler may have been called before there was anything to cancel.
    guard !Task.isCancelled else { return .cancelled }
    do {
      try arm()
      return nil
    } catch {
      return .failed(error)
    }
  }

  func close() {
    guard isOpen else { return }
    // libuv forgets the descriptor at once; only the handle's memory waits for the end of the turn.
    poll?.close()
    poll = nil
    Glibc.close(descriptor)
    descriptor = -1
    wake(.closed)
  }

  private func arm() throws(LoopError) {
    guard !isArmed else { return }
    let poll: PollHandle
    if let made = self.poll {
      poll = made
    } else {
      poll = try PollHandle(descriptor, on: LoopActor.shared.loop)
      // Weak: the handle lives until it is closed, which the descriptor's end brings about.
      poll.onReady = { [weak self] status, _ in
        LoopActor.assumeIsolated { self?.becameReady(status) }
      }
      self.poll = poll
    }
    try poll.start(events.rawValue)
    isArmed = true
  }

  private func becameReady(_ status: Int32) {
    // libuv has stopped a watch that has an error. The system call that follows says which.
    if status < 0 { isArmed = false }
    if waiter != nil {
      wake(.ready)
    } else if isArmed {
      isArmed = false
      poll?.stop()
    }
  }

  private func wake(_ reason: Wake) {
    guard let continuation = waiter?.continuation else { return }
    waiter = nil
    continuation.resume(returning: reason)
  }
}
