import CLibuv

/// A libuv handle and its memory.
///
/// libuv keeps it alive from `open` until its close callback; whoever made it must call `close`, and the loop's shutdown
/// closes what is left.
///
/// Sendable because all state is used on the loop's thread only, which every method checks; other threads only pass the
/// reference on, in order to close it there.
class LoopHandle: @unchecked Sendable {
  unowned let loop: EventLoop
  private let memory: UnsafeMutableRawPointer
  private(set) var isClosed = false

  /// Allocates a handle of `type` and lets `initialize` make it known to the loop.
  ///
  /// - Throws: the error that `initialize` returns; the loop must not know the handle then.
  init(
    _ type: uv_handle_type, on loop: EventLoop, _ initialize: (UnsafeMutableRawPointer) -> Int32
  ) throws(LoopError) {
    loop.preconditionOnThread()
    self.loop = loop
    let size = uv_handle_size(type)
    memory = .allocate(byteCount: size, alignment: 16)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    let status = initialize(memory)
    guard status == 0 else {
      isClosed = true
      memory.deallocate()
      throw LoopError(code: status)
    }
    handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
  }

  /// The C handle as the type that it is.
  func pointer<Handle>(as type: Handle.Type = Handle.self) -> UnsafeMutablePointer<Handle> {
    loop.preconditionOnThread()
    precondition(!isClosed, "a closed handle was used")
    return memory.assumingMemoryBound(to: type)
  }

  private var handle: UnsafeMutablePointer<uv_handle_t> { memory.assumingMemoryBound(to: uv_handle_t.self) }

  /// Stops the handle and frees it when libuv lets go of it. May be called again; nothing is called back afterwards.
  final func close() {
    loop.preconditionOnThread()
    guard !isClosed else { return }
    isClosed = true
    forgetCallbacks()
    uv_close(handle, handleClosed)
  }

  /// Drops the closures, which usually hold the owner.
  func forgetCallbacks() {}
}
