import EventLoop
import Testing

@Suite struct LoopContinuationTests {
  @Test func whoWaitedGoesOnBeforeWhatComesAfterTheResume() async {
    let meeting = await LoopActor.run { Meeting() }
    // Any detour over another thread would let some of the later jobs go first.
    for _ in 0..<200 { #expect(await meeting.orderOfOneRound() == ["resumed", "waited", "later"]) }
  }

  @Test @LoopActor func aResumeBeforeTheWaitIsKept() async {
    let value = await withLoopContinuation { $0.resume(returning: 42) }
    #expect(value == 42)
  }

  @Test func callersFromOtherThreadsGetTheirValues() async {
    let meeting = await LoopActor.run { Meeting() }
    await withTaskGroup { group in
      for number in 0..<500 {
        group.addTask {
          #expect(await meeting.exchange(number) == number)
        }
      }
    }
  }

  @LoopActor private final class Meeting {
    private var order: [String] = []
    private var waiting: LoopContinuation<Void>?

    func orderOfOneRound() async -> [String] {
      order = []
      let waiter = LoopTask { [self] in
        await withLoopContinuation { waiting = $0 }
        order.append("waited")
      }
      let later = LoopTask { [self] in
        waiting?.resume()
        order.append("resumed")
        let last = LoopTask { [self] in order.append("later") }
        await last.wait()
      }
      await waiter.wait()
      await later.wait()
      return order
    }

    func exchange(_ number: Int) async -> Int {
      await withLoopContinuation { continuation in
        Task { @LoopActor in continuation.resume(returning: number) }
      }
    }
  }
}
