import EventLoop
import Model
import Testing

@testable import Engine

@Suite struct RunOutputChannelTests {
  @Test @LoopActor func chunksComeInOrderAndThenTheEnd() async throws {
    let channel = RunOutputChannel()
    channel.put([1])
    channel.put([2, 3])
    channel.finish(trailers: [HeaderField(name: "X-Sum", value: "6")])
    var received: [[UInt8]] = []
    for try await chunk in RunBody(channel) { received.append(chunk) }
    #expect(received == [[1], [2, 3]])
    #expect(await channel.trailers().map(\.value) == ["6"])
  }

  @Test @LoopActor func aProducerWaitsForASlowCallerAndGoesOnWhenThereIsRoom() async throws {
    let channel = RunOutputChannel()
    let chunk = [UInt8](repeating: 7, count: RunOutputChannel.capacity)
    let isDone = Flag()
    let producer = Task { @LoopActor in
      await channel.send(chunk)
      isDone.value = true
      channel.finish()
    }
    await Task.yield()
    #expect(!isDone.value)
    #expect(try await channel.next()?.count == chunk.count)
    await producer.value
    #expect(isDone.value)
    #expect(try await channel.next() == nil)
  }

  @Test @LoopActor func aCallerThatGoesAwayFreesTheProducer() async {
    let channel = RunOutputChannel()
    await withCheckedContinuation { continuation in
      channel.watch { continuation.resume() }
      Task { @LoopActor in await channel.send([UInt8](repeating: 0, count: RunOutputChannel.capacity * 2)) }
      channel.abandon()
    }
  }

  @Test @LoopActor func aFailureReachesTheCallerAfterWhatWasWritten() async throws {
    let channel = RunOutputChannel()
    channel.put([1])
    channel.fail(RunProblem(Problem(.runFailed, "it broke")))
    #expect(try await channel.next() == [1])
    await #expect(throws: RunProblem.self) { try await channel.next() }
  }

  @Test func aCancelledCallerDoesNotWaitForEver() async {
    let channel = RunOutputChannel()
    let reader = Task { try await channel.next() }
    reader.cancel()
    await #expect(throws: CancellationError.self) { try await reader.value }
  }

  @LoopActor private final class Flag {
    var value = false
  }
}
