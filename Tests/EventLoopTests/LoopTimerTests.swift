import EventLoop
import Testing

@LoopActor @Suite struct LoopTimerTests {
  @Test func tenThousandTimersFireInOrder() async {
    let count = 10_000
    let timers = (0..<count).map { _ in LoopTimer() }
    var fired: [Int] = []
    await withCheckedContinuation { continuation in
      for (number, timer) in timers.enumerated().reversed() {
        timer.start(after: .milliseconds(number % 20)) {
          fired.append(number)
          if fired.count == count { continuation.resume() }
        }
      }
    }
    #expect(Set(fired).count == count)
  }

  @Test func stoppedTimersDoNotFire() async {
    let stopped = LoopTimer()
    stopped.start(after: .milliseconds(1)) { Issue.record("a stopped timer fired") }
    stopped.stop()
    let later = LoopTimer()
    await withCheckedContinuation { continuation in later.start(after: .milliseconds(20)) { continuation.resume() } }
  }

  @Test func repeatingTimerFiresAgainUntilStopped() async {
    let timer = LoopTimer()
    var count = 0
    await withCheckedContinuation { continuation in
      timer.start(after: .zero, repeating: .microseconds(1)) {
        count += 1
        if count == 5 {
          timer.stop()
          continuation.resume()
        }
      }
    }
    let later = LoopTimer()
    await withCheckedContinuation { continuation in later.start(after: .milliseconds(10)) { continuation.resume() } }
    #expect(count == 5)
  }

  @Test func restartReplacesTheFirstStart() async {
    let timer = LoopTimer()
    timer.start(after: .zero) { Issue.record("the replaced start fired") }
    await withCheckedContinuation { continuation in timer.start(after: .seconds(-1)) { continuation.resume() } }
  }
}
