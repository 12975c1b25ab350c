import EventLoop
import Model
import Synchronization

/// The clocks of a machine, which a test moves.
final class ManualMachine: Sendable {
  private struct State {
    var elapsed = Duration.seconds(1000)
    var awake = Duration.seconds(1000)
  }

  private let state = Mutex(State())

  func pass(_ duration: Duration) {
    state.withLock {
      $0.elapsed += duration
      $0.awake += duration
    }
  }

  func sleep(_ duration: Duration) {
    state.withLock { $0.elapsed += duration }
  }

  func reading(wall: Timestamp) -> ClockReading {
    state.withLock { ClockReading(wall: wall, elapsed: $0.elapsed, awake: $0.awake) }
  }
}
