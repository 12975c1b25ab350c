import CLibuv

/// Calls back after a span of monotonic time, once or again and again. Stops when it is released.
@LoopActor
public final class LoopTimer {
  private let handle: TimerHandle

  public init() {
    do {
      handle = try TimerHandle(on: LoopActor.shared.loop)
    } catch {
      fatalError("uv_timer_init always succeeds: \(error)")
    }
  }

  deinit {
    Task { @LoopActor [handle] in handle.close() }
  }

  /// Starts the timer, or starts it anew.
  ///
  /// - Parameters:
  ///   - delay: until the first call, rounded up to a millisecond; what is negative is zero.
  ///   - interval: between later calls, at least a millisecond; without one the timer fires once.
  public func start(after delay: Duration, repeating interval: Duration? = nil, _ body: @escaping @LoopActor () -> Void)
  {
    handle.onFire = { LoopActor.assumeIsolated(body) }
    handle.start(after: delay.roundedUpMilliseconds, every: interval.map { max(1, $0.roundedUpMilliseconds) } ?? 0)
  }

  /// Nothing is called afterwards, until `start`.
  public func stop() {
    handle.stop()
    handle.onFire = nil
  }
}

extension Duration {
  /// Whole milliseconds, not fewer than the span; at least 0.
  fileprivate var roundedUpMilliseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    // A thousand years are enough, and do not overflow.
    let bounded = UInt64(min(seconds, 31_556_952_000))
    return bounded * 1000 + UInt64((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
