import Glibc

/// Writes to a pipe or stream socket with backpressure: `write` returns when the kernel has taken everything.
@LoopActor
public final class PipeWriter {
  private typealias Turn = LoopContinuation<Bool>

  /// System calls made without a wait before the loop's other work gets its turn.
  private static let writesPerTurn = 16

  private let target: PolledDescriptor
  private var isWriting = false
  /// Who writes next, in the order of their calls. Each holds its own bytes, so the callers bound it.
  private var queue: [(ticket: UInt64, turn: Turn)] = []
  private var lastTicket: UInt64 = 0

  /// Takes ownership of the descriptor, also when it throws.
  ///
  /// - Throws: `LoopError`.
  public init(adopting descriptor: Int32) throws {
    target = try PolledDescriptor(adopting: descriptor, .writable)
  }

  /// Writes all bytes, after those of earlier calls.
  ///
  /// - Throws: `LoopError`: `brokenPipe` when nobody reads any more, `cancelled` when the task was cancelled, `closed` after
  ///   or by `close`. When some bytes were written already, the writer closes itself, as what follows would make no sense.
  public func write(_ bytes: [UInt8]) async throws {
    try await takeTurn()
    defer { passTurn() }
    var written = 0
    do {
      try await write(bytes, &written)
    } catch {
      if written > 0 { close() }
      throw error
    }
  }

  /// Closes the descriptor; pending writes throw `LoopError.closed`. May be called again.
  public func close() {
    target.close()
    let waiting = queue
    queue = []
    for (_, turn) in waiting { turn.resume(returning: false) }
  }

  private func write(_ bytes: [UInt8], _ written: inout Int) async throws {
    var writesInTurn = 0
    while written < bytes.count {
      guard target.isOpen else { throw LoopError.closed }
      if Task.isCancelled { throw LoopError.cancelled }
      let count = bytes.withUnsafeBytes { bytes in
        Glibc.write(target.descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
      }
      if count >= 0 {
        written += count
        writesInTurn += 1
        if writesInTurn == Self.writesPerTurn {
          writesInTurn = 0
          await Task.yield()
        }
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: break
      default: throw LoopError(errno: errno)
      }
      writesInTurn = 0
      switch await target.wait() {
      case .ready: continue
      case .cancelled: throw LoopError.cancelled
      case .closed: throw LoopError.closed
      case .failed(let error): throw error
      }
    }
  }

  private func takeTurn() async throws {
    guard target.isOpen else { throw LoopError.closed }
    if Task.isCancelled { throw LoopError.cancelled }
    guard isWriting else {
      isWriting = true
      return
    }
    lastTicket += 1
    let ticket = lastTicket
    let isMine = await withTaskCancellationHandler {
      await withLoopContinuation { continuation in
        if !isWriting {
          isWriting = true
          continuation.resume(returning: true)
        } else if Task.isCancelled {
          continuation.resume(returning: false)
        } else {
          queue.append((ticket, continuation))
        }
      }
    } onCancel: {
      Task { @LoopActor in self.leaveQueue(ticket) }
    }
    if !isMine { throw target.isOpen ? LoopError.cancelled : LoopError.closed }
  }

  private func leaveQueue(_ ticket: UInt64) {
    guard let index = queue.firstIndex(where: { $0.ticket == ticket }) else { return }
    queue.remove(at: index).turn.resume(returning: false)
  }

  private func passTurn() {
    if queue.isEmpty {
      isWriting = false
    } else {
      queue.removeFirst().turn.resume(returning: true)
    }
  }
}
