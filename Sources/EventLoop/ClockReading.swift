import Glibc
public import Model

/// What the machine's clocks show at one moment: only together do they tell what has happened to them.
public struct ClockReading: Hashable, Sendable {
  /// The time of day, which people and daemons set.
  public var wall: Timestamp
  /// Time since the machine was started, with the time that it slept.
  public var elapsed: Duration
  /// Time since the machine was started, without the time that it slept.
  public var awake: Duration

  public init(wall: Timestamp, elapsed: Duration, awake: Duration) {
    self.wall = wall
    self.elapsed = elapsed
    self.awake = awake
  }

  /// Reads CLOCK_REALTIME, CLOCK_BOOTTIME and CLOCK_MONOTONIC.
  public static var now: ClockReading {
    ClockReading(
      wall: Timestamp(microseconds: microseconds(CLOCK_REALTIME)),
      elapsed: .microseconds(microseconds(CLOCK_BOOTTIME)), awake: .microseconds(microseconds(CLOCK_MONOTONIC)))
  }

  private static func microseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }
}
