import EventLoop
import Model
import Testing

@testable import Engine

@LoopActor
struct PostponedRunsTests {
  private final class Alarm: MomentAlarm {
    var moment: Timestamp?
    func set(at moment: Timestamp) { self.moment = moment }
    func clear() { moment = nil }
    func close() {}
  }

  private func time(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

  @Test func theEarliestMomentCounts() {
    let alarm = Alarm()
    let runs = PostponedRuns(alarm: alarm, since: time(0))
    for seconds in [30, 10, 20] as [Int64] { runs.expect(at: time(seconds)) }
    #expect(alarm.moment == time(10))
    runs.beginLook()
    runs.endLook(foundThrough: time(10), next: time(20))
    #expect(alarm.moment == time(20))
    #expect(runs.horizon == time(10))
    runs.beginLook()
    runs.endLook(foundThrough: time(30), next: nil)
    #expect(alarm.moment == nil)
  }

  @Test func aMomentThatIsAnnouncedDuringALookIsNotForgotten() {
    let alarm = Alarm()
    let runs = PostponedRuns(alarm: alarm, since: time(0))
    runs.beginLook()
    runs.beginLook()
    runs.expect(at: time(15))
    runs.endLook(foundThrough: time(10), next: nil)
    #expect(alarm.moment == time(15))
    // The store may have been read before the run was in it, although its time has come.
    runs.endLook(foundThrough: time(20), next: time(40))
    #expect(alarm.moment == time(15))
    #expect(runs.horizon == time(15))
  }

  @Test func theClockMayBeSetBack() {
    let runs = PostponedRuns(alarm: Alarm(), since: time(0))
    runs.beginLook()
    runs.endLook(foundThrough: time(100), next: nil)
    runs.expect(at: time(50))
    #expect(runs.horizon == time(50))
  }
}
