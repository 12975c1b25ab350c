import CLibuv

/// `uv_timer_t`. Sendable for the reason that `LoopHandle` gives.
final class TimerHandle: LoopHandle, @unchecked Sendable {
  var onFire: (() -> Void)?

  init(on loop: EventLoop) throws(LoopError) {
    try super.init(UV_TIMER, on: loop) { uv_timer_init(loop.raw, $0.assumingMemoryBound(to: uv_timer_t.self)) }
  }

  /// Milliseconds; `interval` 0 is once.
  func start(after delay: UInt64, every interval: UInt64) {
    // The loop's idea of the time is that of the start of its turn.
    uv_update_time(loop.raw)
    let status = uv_timer_start(pointer(), timerFired, delay, interval)
    precondition(status == 0, "uv_timer_start only refuses closed handles")
  }

  func stop() {
    uv_timer_stop(pointer())
  }

  override func forgetCallbacks() { onFire = nil }
}
