import CLibuv

/// A failure that the operating system or libuv reported.
public struct LoopError: Error, Hashable, Sendable {
  /// libuv's code: on Linux the negative `errno`, or one of libuv's own below -3000.
  public let code: Int32

  public init(code: Int32) {
    self.code = code
  }

  /// The error of a system call.
  public init(errno: Int32) {
    self.init(code: -errno)
  }

  /// Nobody reads the other end of the pipe any more.
  public static let brokenPipe = LoopError(code: UV_EPIPE.rawValue)
  /// The waiting task was cancelled.
  public static let cancelled = LoopError(code: UV_ECANCELED.rawValue)
  /// The object was closed.
  public static let closed = LoopError(code: UV_EBADF.rawValue)
  /// Somebody else waits on the object already.
  public static let busy = LoopError(code: UV_EBUSY.rawValue)
}

extension LoopError: CustomStringConvertible {
  /// The symbol of the code, such as `EPIPE`.
  public var name: String { text(uv_err_name_r) }

  /// The symbol and the sentence, such as `EPIPE: broken pipe`.
  public var description: String { "\(name): \(text(uv_strerror_r))" }

  /// The variants with a buffer: the others leak memory for codes that libuv does not know.
  private func text(_ write: (Int32, UnsafeMutablePointer<CChar>?, Int) -> UnsafeMutablePointer<CChar>?) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
      guard let start = buffer.baseAddress, let end = write(code, start, buffer.count) else { return "\(code)" }
      return String(cString: end)
    }
  }
}
