import Foundation
import Glibc
import Synchronization
import Testing

@testable import EventLoop

/// A loop of the test's own, which can end.
@Suite struct EventLoopTests {
  private actor OnLoop {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private var handles: [LoopHandle] = []

    init(_ loop: EventLoop) {
      self.loop = loop
    }

    func openEverything(_ pipe: Pipe) throws {
      let timer = try TimerHandle(on: loop)
      timer.onFire = { Issue.record("a timer of an hour fired") }
      timer.start(after: 3_600_000, every: 0)
      let poll = try PollHandle(pipe.reader, on: loop)
      poll.onReady = { _, _ in Issue.record("an empty pipe was readable") }
      try poll.start(1)
      let directory = try DirectoryHandle(on: loop)
      try directory.start(path: "/")
      let signal = try SignalHandle(on: loop)
      try signal.start(SIGWINCH)
      handles = [timer, poll, directory, signal]
    }

    func areAllClosed() -> Bool { handles.allSatisfy(\.isClosed) }

    func forgetHandles() -> [WeakHandle] {
      defer { handles = [] }
      return handles.map(WeakHandle.init)
    }

    func chain(_ count: Int) async -> Int {
      var sum = 0
      for _ in 0..<count {
        await Task.yield()
        sum += 1
      }
      return sum
    }
  }

  private struct WeakHandle: Sendable {
    weak let handle: LoopHandle?
    init(_ handle: LoopHandle) { self.handle = handle }
  }

  @Test func shutdownClosesAndFreesLiveHandles() async throws {
    let loop = EventLoop(name: "test-loop")
    let pipe = try Pipe()
    let actor = OnLoop(loop)
    try await actor.openEverything(pipe)
    let handles = await actor.forgetHandles()
    #expect(handles.allSatisfy { $0.handle != nil }, "libuv holds what it may call back")
    await loop.shutdown()
    #expect(handles.allSatisfy { $0.handle == nil }, "nothing is left")
    #expect(isOpen(pipe.reader), "the loop does not own what it watches")
    close(pipe.reader)
    close(pipe.writer)
  }

  @Test func shutdownLetsQueuedJobsEnd() async throws {
    let loop = EventLoop(name: "test-loop")
    let actor = OnLoop(loop)
    async let sum = actor.chain(10_000)
    #expect(await actor.chain(10) == 10)
    #expect(await sum == 10_000)
    await loop.shutdown()
  }

  @Test(.timeLimit(.minutes(1))) func manyLoopsLeaveNoThread() async throws {
    for _ in 0..<20 {
      let loop = EventLoop(name: "loop-of-many")
      let pipe = try Pipe()
      try await OnLoop(loop).openEverything(pipe)
      await loop.shutdown()
      close(pipe.reader)
      close(pipe.writer)
    }
    // The last words of a thread come just before its end.
    while try threads(named: "loop-of-many") > 0 { await Task.yield() }
  }

  /// Other tests have threads of their own at the same time, so only those of one name are counted.
  private func threads(named name: String) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count { thread in
      let comm = FileManager.default.contents(atPath: "/proc/self/task/\(thread)/comm") ?? Data()
      return String(decoding: comm, as: UTF8.self) == name + "\n"
    }
  }
}
