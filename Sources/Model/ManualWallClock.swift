import Synchronization

/// A clock that stands still until a test moves it.
public final class ManualWallClock: WallClock {
  private let time: Mutex<Timestamp>

  public init(now: Timestamp = Timestamp(microseconds: 1_700_000_000_000_000)) {
    time = Mutex(now)
  }

  public var now: Timestamp { time.withLock { $0 } }

  public func advance(by duration: Duration) {
    time.withLock { $0 = $0 + duration }
  }
}
