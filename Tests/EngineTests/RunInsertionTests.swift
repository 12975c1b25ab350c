import EventLoop
import Model
import Synchronization
import Testing

@testable import Engine

@Suite struct RunInsertionTests {
  private final class Count: Sendable {
    private let count = Mutex(0)
    private let (stream, continuation) = AsyncStream.makeStream(of: Void.self)

    var value: Int { count.withLock { $0 } }

    func add() {
      count.withLock { $0 += 1 }
      continuation.yield()
    }

    func first() async {
      for await _ in stream { return }
    }
  }

  private static let run = Run(
    id: ID(at: Timestamp(microseconds: 0)), instance: ID(at: Timestamp(microseconds: 0)), hook: nil, hookName: "hook",
    bundleHash: "", definition: HookDefinition(runtime: "bash", entry: "main.sh"), cause: RunCause(kind: .http),
    isAsynchronous: false, queuedAt: Timestamp(microseconds: 0))

  private func insertion(_ count: Count) async -> RunInsertion {
    await RunInsertion {
      count.add()
      return Self.run
    }
  }

  @Test func aRunThatGoesOnIsWritten() async throws {
    let count = Count()
    let insertion = await insertion(count)
    await count.first()
    #expect(try await insertion.end()?.value.id == Self.run.id)
    #expect(count.value == 1)
  }

  @Test @LoopActor func aRunThatHasEndedIsNot() async {
    let count = Count()
    let insertion = RunInsertion {
      count.add()
      return Self.run
    }
    #expect(insertion.end() == nil)
    // A timer of the same length that begins later fires later.
    await withCheckedContinuation { continuation in
      let timer = LoopTimer()
      timer.start(after: RunInsertion.delay * 2) {
        timer.stop()
        continuation.resume()
      }
    }
    #expect(count.value == 0)
  }

  @Test @LoopActor func aRunThatSomebodyKnowsOfIsWrittenOnce() async throws {
    let count = Count()
    let insertion = RunInsertion {
      count.add()
      return Self.run
    }
    _ = try await insertion.begin().value
    _ = try await insertion.begin().value
    #expect(insertion.end() != nil)
    #expect(count.value == 1)
  }
}
