import Glibc

/// Reads a pipe or stream socket with backpressure: bytes are taken from the kernel only when somebody asks for them.
@LoopActor
public final class PipeReader {
  /// The most that one `read` returns, in bytes; what a pipe holds by default.
  public nonisolated static let chunkSize = 64 << 10

  /// Reads made without a wait before the loop's other work gets its turn.
  private static let readsPerTurn = 16

  /// Where the kernel puts bytes before they are copied into arrays of their own size. Used only within one `take`.
  private static let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkSize, alignment: 16)

  private let source: PolledDescriptor
  private var readsInTurn = 0

  /// Takes ownership of the descriptor, also when it throws.
  ///
  /// - Throws: `LoopError`.
  public init(adopting descriptor: Int32) throws {
    source = try PolledDescriptor(adopting: descriptor, .readable)
  }

  /// The next bytes, as many as are there, at most `chunkSize`; `nil` at the end, and after `close`.
  ///
  /// - Throws: `LoopError`: `cancelled` when the task was cancelled (nothing is lost: another task may go on reading), `busy`
  ///   when another `read` waits, or what the kernel said.
  public func read() async throws -> [UInt8]? {
    if readsInTurn == Self.readsPerTurn {
      readsInTurn = 0
      await Task.yield()
    }
    readsInTurn += 1
    while source.isOpen {
      if Task.isCancelled { throw LoopError.cancelled }
      if let bytes = try take() {
        if !bytes.isEmpty { return bytes }
        source.close()
        return nil
      }
      readsInTurn = 0
      switch await source.wait() {
      case .ready: continue
      case .cancelled: throw LoopError.cancelled
      case .closed: return nil
      case .failed(let error): throw error
      }
    }
    return nil
  }

  /// Closes the descriptor; a pending `read` returns `nil`. May be called again.
  public func close() {
    source.close()
  }

  /// What is there now: `nil` when a wait is needed, empty at the end.
  private func take() throws -> [UInt8]? {
    while true {
      let count = Glibc.read(source.descriptor, Self.scratch.baseAddress, Self.chunkSize)
      if count >= 0 { return Array(UnsafeRawBufferPointer(rebasing: Self.scratch[..<count])) }
      switch errno {
      case EINTR: continue
      case EAGAIN: return nil
      default: throw LoopError(errno: errno)
      }
    }
  }
}
