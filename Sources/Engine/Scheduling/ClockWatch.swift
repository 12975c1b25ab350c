import EventLoop
import Model

/// Notices that the clock was set or that the machine slept, from one reading of the clocks to the next.
struct ClockWatch: Sendable {
  enum Jump: Hashable, Sendable {
    /// The clock was set forward by so much, or back if it is negative.
    case set(Duration)
    case slept(Duration)
  }

  /// What is less is the daily work of whoever keeps the clock right, and what reading three clocks one after another
  /// makes of them.
  static let smallestJump = Duration.seconds(1)

  private var last: ClockReading

  init(_ reading: ClockReading) {
    last = reading
  }

  /// What has happened since the reading before, the sleep first.
  mutating func observe(_ reading: ClockReading) -> [Jump] {
    let wall = Duration.microseconds(reading.wall.microseconds - last.wall.microseconds)
    let elapsed = reading.elapsed - last.elapsed
    let slept = elapsed - (reading.awake - last.awake)
    let set = wall - elapsed
    last = reading
    var jumps: [Jump] = []
    if slept >= Self.smallestJump { jumps.append(.slept(slept)) }
    if set >= Self.smallestJump || set <= .zero - Self.smallestJump { jumps.append(.set(set)) }
    return jumps
  }
}
