import EventLoop
import Model
import Testing

@testable import Engine

struct ClockWatchTests {
  private func reading(wall: Double, elapsed: Double, awake: Double) -> ClockReading {
    ClockReading(
      wall: Timestamp(microseconds: 1_800_000_000_000_000 + Int64(wall * 1_000_000)), elapsed: .seconds(elapsed),
      awake: .seconds(awake))
  }

  @Test(
    arguments: [
      (15.0, 15.0, 15.0, []), (15.9, 15, 15, []), (14.1, 15, 15, []), (15, 15, 14.5, []),
      (3615, 15, 15, [.set(.seconds(3600))]), (-3585, 15, 15, [.set(.seconds(-3600))]),
      (7215, 7215, 15, [.slept(.seconds(7200))]), (3615, 7215, 15, [.slept(.seconds(7200)), .set(.seconds(-3600))]),
    ] as [(Double, Double, Double, [ClockWatch.Jump])])
  func tellsWhatHasHappened(wall: Double, elapsed: Double, awake: Double, expected: [ClockWatch.Jump]) {
    var watch = ClockWatch(reading(wall: 0, elapsed: 0, awake: 0))
    #expect(watch.observe(reading(wall: wall, elapsed: elapsed, awake: awake)) == expected)
    #expect(watch.observe(reading(wall: wall + 1, elapsed: elapsed + 1, awake: awake + 1)) == [])
  }

  @Test func theMachinesClocksAgree() {
    var watch = ClockWatch(.now)
    #expect(watch.observe(.now) == [])
  }
}
