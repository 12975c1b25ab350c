import EventLoop
import Glibc
import Synchronization
import Testing

@Suite struct LoopActorTests {
  @Test func callbackFromCIsIsolatedToTheActor() async {
    let timer = await LoopTimer()
    let thread = await LoopActor.run { UInt(pthread_self()) }
    let inCallback = await withCheckedContinuation { continuation in
      Task { @LoopActor in
        timer.start(after: .zero) {
          LoopActor.shared.assertIsolated()
          continuation.resume(returning: UInt(pthread_self()))
        }
      }
    }
    #expect(inCallback == thread)
  }

  @Test func jobsRunInTheOrderInWhichATaskMakesThem() async {
    let order = await LoopActor.run { Order() }
    await withTaskGroup { group in
      for _ in 0..<8 {
        group.addTask {
          for number in 0..<2000 { await order.add(number) }
        }
      }
    }
    #expect(await order.count == 16_000)
  }

  @Test func loopTasksAreAwaitedByAnyNumberAlsoAfterTheirEnd() async {
    await LoopActor.run { Order() }.checkTasks()
  }

  @Test func cancellingALoopTaskEndsItEarly() async throws {
    let pipe = try Pipe()
    let reader = try await PipeReader(adopting: pipe.reader)
    let task = await LoopTask { _ = try? await reader.read() }
    await task.cancel()
    await task.wait()
    await reader.close()
    close(pipe.writer)
  }

  @LoopActor private final class Order {
    var count = 0
    func add(_ number: Int) { count += 1 }

    func checkTasks() async {
      let first = LoopTask { self.add(1) }
      let second = LoopTask {
        await first.wait()
        self.add(2)
      }
      #expect(count == 0)
      await second.wait()
      await first.wait()
      #expect(count == 2)
    }
  }

  @Test func busyJobsDoNotStarveTimersAndPipes() async throws {
    let pipe = try Pipe()
    let reader = try await PipeReader(adopting: pipe.reader)
    let writer = try await PipeWriter(adopting: pipe.writer)
    // A task that always has another job for the loop ends only when a timer and a pipe have had their turn.
    let isDone = Flag()
    let busy = Task { @LoopActor in
      while !isDone.value { await Task.yield() }
    }
    let timer = await LoopTimer()
    await withCheckedContinuation { continuation in
      Task { @LoopActor in timer.start(after: .milliseconds(1)) { continuation.resume() } }
    }
    async let chunk = reader.read()
    try await writer.write([1])
    #expect(try await chunk == [1])
    isDone.set()
    await busy.value
  }

  @Test func forgottenObjectsCloseOnTheLoop() async throws {
    let pipe = try Pipe()
    let watched = try Pipe()
    do {
      let reader = try await PipeReader(adopting: pipe.reader)
      let read = Task { try await reader.read() }
      read.cancel()
      await #expect(throws: LoopError.cancelled) { try await read.value }
      let poll = try await DescriptorPoll(descriptor: watched.reader)
      try await poll.start(.readable) { _ in }
      let timer = await LoopTimer()
      await timer.start(after: .seconds(1000)) { Issue.record("a forgotten timer fired") }
    }
    // The other end sees the close.
    let writer = try await PipeWriter(adopting: pipe.writer)
    let timer = await LoopTimer()
    var isBroken = false
    for _ in 0..<1000 where !isBroken {
      do {
        try await writer.write([1])
        await withCheckedContinuation { continuation in
          Task { @LoopActor in timer.start(after: .milliseconds(1)) { continuation.resume() } }
        }
      } catch let error as LoopError {
        #expect(error == .brokenPipe)
        isBroken = true
      }
    }
    #expect(isBroken)
    // The watched descriptor was never owned.
    #expect(isOpen(watched.reader))
    close(watched.reader)
    close(watched.writer)
  }
}

/// A switch that tasks share.
final class Flag: Sendable {
  private let state = Mutex(false)
  var value: Bool { state.withLock { $0 } }
  func set() { state.withLock { $0 = true } }
}
