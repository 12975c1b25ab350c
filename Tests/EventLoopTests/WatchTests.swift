import EventLoop
import Foundation
import Glibc
import Model
import Testing

@LoopActor @Suite struct WatchTests {
  @Test func descriptorPollSaysWhatIsReady() async throws {
    let pipe = try Pipe()
    let poll = try DescriptorPoll(descriptor: pipe.reader)
    #expect(write(pipe.writer, "x", 1) == 1)
    let events = await withCheckedContinuation { continuation in
      var isFirst = true
      do {
        try poll.start([.readable, .disconnect]) { result in
          guard isFirst else { return }
          isFirst = false
          poll.stop()
          continuation.resume(returning: result)
        }
      } catch {
        Issue.record(error)
      }
    }
    #expect(try events.get().contains(.readable))
    poll.close()
    poll.stop()
    poll.close()
    #expect(throws: LoopError.closed) { try poll.start(.readable) { _ in } }
    close(pipe.reader)
    close(pipe.writer)
  }

  @Test func descriptorPollRefusesFiles() throws {
    let file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    #expect(throws: LoopError.self) { try DescriptorPoll(descriptor: file) }
  }

  @Test func directoryWatcherNamesWhatChanged() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "watch-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (names, names_) = AsyncStream.makeStream(of: String?.self)
    let watcher = try DirectoryWatcher(path: folder.path) { names_.yield($0) }
    try Data("print(1)".utf8).write(to: folder.appending(path: "hello.py"))
    var seen: Set<String> = []
    for await name in names {
      seen.insert(name ?? "")
      if seen.contains("hello.py") { break }
    }
    #expect(seen.contains("hello.py"))
    watcher.close()
    watcher.close()
  }

  @Test func directoryWatcherNeedsTheDirectory() {
    #expect(throws: LoopError(errno: ENOENT)) { try DirectoryWatcher(path: "/nowhere/at/all") { _ in } }
  }

  @Test func signalListenerHearsTheSignal() async throws {
    let (signals, signals_) = AsyncStream.makeStream(of: Void.self)
    let listener = try SignalListener(signal: SIGUSR2) { signals_.yield() }
    kill(getpid(), SIGUSR2)
    for await _ in signals { break }
    listener.close()
  }

  @Test func signalListenerRefusesWhatCannotBeCaught() {
    #expect(throws: LoopError(errno: EINVAL)) { try SignalListener(signal: SIGKILL) {} }
  }

  @Test func alarmFiresAtItsMoment() async throws {
    let (events, events_) = AsyncStream.makeStream(of: WallClockAlarm.Event.self)
    let alarm = try WallClockAlarm { events_.yield($0) }
    var iterator = events.makeAsyncIterator()
    alarm.set(at: Timestamp(microseconds: -5))
    #expect(await iterator.next() == .due)
    // Far away, taken back, and then near.
    alarm.set(at: Timestamp(microseconds: 9_000_000_000_000_000))
    alarm.clear()
    alarm.set(at: SystemWallClock().now + .milliseconds(5))
    #expect(await iterator.next() == .due)
    alarm.close()
    alarm.close()
  }
}
