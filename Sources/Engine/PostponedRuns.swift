import EventLoop
import Model

/// What the engine remembers of runs that wait for their time: not the runs, which are in the store, but when to look
/// for them there.
@LoopActor
final class PostponedRuns {
  let alarm: any MomentAlarm
  /// Runs whose time comes at this moment or later have not been looked for.
  private(set) var horizon: Timestamp
  private var next: Timestamp?
  private var looks = 0
  /// The earliest moment that was announced while somebody looks, whom the store may not have told of it.
  private var announced: Timestamp?

  init(alarm: any MomentAlarm, since time: Timestamp) {
    self.alarm = alarm
    horizon = time
  }

  /// Makes sure that a run whose time comes at `moment` is looked for then.
  func expect(at moment: Timestamp) {
    if looks > 0 { announced = min(announced ?? moment, moment) }
    // After the clock was set back, a moment may lie before what was looked for already.
    horizon = min(horizon, moment)
    if next.map({ moment < $0 }) ?? true { set(moment) }
  }

  func beginLook() {
    if looks == 0 { announced = nil }
    looks += 1
  }

  /// Notes that everything up to `time` has been looked for, and that the next run's time is `next`.
  func endLook(foundThrough time: Timestamp, next: Timestamp?) {
    looks -= 1
    horizon = min(time, announced ?? time)
    let earliest = [next, announced].compactMap(\.self).min()
    if let earliest { set(earliest) } else { clear() }
  }

  /// Notes that a look came to nothing.
  func giveUpLook() {
    looks -= 1
  }

  private func set(_ moment: Timestamp) {
    next = moment
    alarm.set(at: moment)
  }

  private func clear() {
    next = nil
    alarm.clear()
  }
}
