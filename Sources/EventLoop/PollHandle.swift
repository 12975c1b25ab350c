import CLibuv

/// `uv_poll_t`. Sendable for the reason that `LoopHandle` gives.
final class PollHandle: LoopHandle, @unchecked Sendable {
  /// Called with libuv's status and events.
  var onReady: ((Int32, Int32) -> Void)?

  init(_ descriptor: Int32, on loop: EventLoop) throws(LoopError) {
    try super.init(UV_POLL, on: loop) {
      uv_poll_init(loop.raw, $0.assumingMemoryBound(to: uv_poll_t.self), descriptor)
    }
  }

  func start(_ events: Int32) throws(LoopError) {
    let status = uv_poll_start(pointer(), events, pollReady)
    guard status == 0 else { throw LoopError(code: status) }
  }

  func stop() {
    uv_poll_stop(pointer())
  }

  override func forgetCallbacks() { onReady = nil }
}
