import EventLoop
import Model

/// Takes runs of schedules, and notes how many milliseconds after their slots.
@LoopActor
final class LatenessSink {
  private let clock: any WallClock
  private var steady: [Double] = []
  private var burst: [Double] = []
  private var burstMoment: Timestamp?

  init(clock: any WallClock) {
    self.clock = clock
  }

  var burstCount: Int { burst.count }

  func take(_ run: Run) {
    guard let slot = run.cause.slot else { return }
    let late = (clock.now - slot).inSeconds * 1000
    if slot == burstMoment { burst.append(late) } else { steady.append(late) }
  }

  func expectBurst(at moment: Timestamp) { burstMoment = moment }

  func takeSteady() -> [Double] {
    defer { steady = [] }
    return steady
  }

  func takeBurst() -> [Double] {
    defer { burst = [] }
    return burst
  }
}
