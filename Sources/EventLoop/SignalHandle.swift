import CLibuv

/// `uv_signal_t`. Sendable for the reason that `LoopHandle` gives.
final class SignalHandle: LoopHandle, @unchecked Sendable {
  var onSignal: (() -> Void)?

  init(on loop: EventLoop) throws(LoopError) {
    try super.init(UV_SIGNAL, on: loop) { uv_signal_init(loop.raw, $0.assumingMemoryBound(to: uv_signal_t.self)) }
  }

  func start(_ signal: Int32) throws(LoopError) {
    let status = uv_signal_start(pointer(), signalArrived, signal)
    guard status == 0 else { throw LoopError(code: status) }
  }

  override func forgetCallbacks() { onSignal = nil }
}
