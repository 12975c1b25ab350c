import EventLoop
import Glibc
import Testing

@Suite struct PipeTests {
  @Test func bytesArriveInOrderAndThenTheEnd() async throws {
    let pipe = try Pipe()
    let reader = try await PipeReader(adopting: pipe.reader)
    let writer = try await PipeWriter(adopting: pipe.writer)
    let sent = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    async let writing: Void = {
      try await writer.write(sent)
      await writer.close()
    }()
    var received: [UInt8] = []
    while let chunk = try await reader.read() {
      #expect(!chunk.isEmpty && chunk.count <= PipeReader.chunkSize)
      received += chunk
    }
    try await writing
    #expect(received == sent)
    #expect(try await reader.read() == nil, "the end stays the end")
  }

  @Test func writerStopsWhenNobodyReads() async throws {
    let pipe = try Pipe()
    let capacity = Int(fcntl(pipe.writer, 1032 /* F_GETPIPE_SZ, hidden from Swift by its feature macro */))
    let reader = try await PipeReader(adopting: pipe.reader)
    let writer = try await PipeWriter(adopting: pipe.writer)
    let chunk = [UInt8](repeating: 7, count: 4 << 10)
    let total = 256
    let progress = Progress()
    let writing = Task { @LoopActor in
      for _ in 0..<total {
        try await writer.write(chunk)
        progress.written += chunk.count
      }
      writer.close()
    }
    // It must reach the pipe's capacity, and then go no further however often the loop turns.
    await progress.wait(until: capacity)
    for _ in 0..<2000 { await LoopActor.run {} }
    #expect(await progress.written == capacity)
    var received = 0
    while let chunk = try await reader.read() { received += chunk.count }
    try await writing.value
    #expect(received == total * chunk.count)
  }

  @LoopActor private final class Progress {
    nonisolated init() {}

    private var goal: (Int, CheckedContinuation<Void, Never>)?
    var written = 0 {
      didSet {
        guard let (bytes, continuation) = goal, written >= bytes else { return }
        goal = nil
        continuation.resume()
      }
    }

    func wait(until bytes: Int) async {
      if written >= bytes { return }
      await withCheckedContinuation { goal = (bytes, $0) }
    }
  }

  @Test func readerTakesNothingThatNobodyAskedFor() async throws {
    let pipe = try Pipe()
    let reader = try await PipeReader(adopting: pipe.reader)
    // Once armed by a wait, the watch must not take or spin when bytes come that nobody waits for.
    let first = Task { try await reader.read() }
    await LoopActor.run {}
    #expect(write(pipe.writer, "a", 1) == 1)
    #expect(try await first.value == Array("a".utf8))
    #expect(write(pipe.writer, "bc", 2) == 2)
    for _ in 0..<100 { await LoopActor.run {} }
    var waiting: Int32 = 0
    #expect(ioctl(pipe.reader, UInt(FIONREAD), &waiting) == 0)
    #expect(waiting == 2)
    #expect(try await reader.read() == Array("bc".utf8))
    close(pipe.writer)
    #expect(try await reader.read() == nil)
  }

  @Test func cancelledReadThrowsAndLosesNothing() async throws {
    let pipe = try Pipe()
    let reader = try await PipeReader(adopting: pipe.reader)
    let read = Task { try await reader.read() }
    await LoopActor.run {}
    read.cancel()
    await #expect(throws: LoopError.cancelled) { try await read.value }
    #expect(write(pipe.writer, "x", 1) == 1)
    #expect(try await reader.read() == Array("x".utf8))
    await reader.close()
    close(pipe.writer)
  }

  @Test func readThatIsCancelledBeforeItBeginsThrows() async throws {
    let pipe = try Pipe()
    let reader = try await PipeReader(adopting: pipe.reader)
    let read = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await reader.read()
    }
    read.cancel()
    await #expect(throws: LoopError.cancelled) { try await read.value }
    close(pipe.writer)
  }

  @Test func closeEndsAPendingRead() async throws {
    let pipe = try Pipe()
    let reader = try await PipeReader(adopting: pipe.reader)
    let read = Task { @LoopActor in try await reader.read() }
    await LoopActor.run {}
    await reader.close()
    #expect(try await read.value == nil)
    await reader.close()
    close(pipe.writer)
  }

  @Test func onlyOneReadAtATime() async throws {
    let pipe = try Pipe()
    let reader = try await PipeReader(adopting: pipe.reader)
    let read = Task { @LoopActor in try await reader.read() }
    await LoopActor.run {}
    await #expect(throws: LoopError.busy) { try await reader.read() }
    close(pipe.writer)
    #expect(try await read.value == nil)
  }

  @Test func writeWithoutReaderIsABrokenPipe() async throws {
    let pipe = try Pipe()
    close(pipe.reader)
    let writer = try await PipeWriter(adopting: pipe.writer)
    await #expect(throws: LoopError.brokenPipe) { try await writer.write([1, 2, 3]) }
  }

  @Test func readerThatGoesBreaksAPendingWrite() async throws {
    let pipe = try Pipe()
    let writer = try await PipeWriter(adopting: pipe.writer)
    let writing = Task { @LoopActor in try await writer.write([UInt8](repeating: 1, count: 1 << 20)) }
    await LoopActor.run {}
    close(pipe.reader)
    await #expect(throws: LoopError.brokenPipe) { try await writing.value }
    await #expect(throws: LoopError.closed) { try await writer.write([1]) }
  }

  @Test func closeAndCancellationEndPendingWrites() async throws {
    let pipe = try Pipe()
    let writer = try await PipeWriter(adopting: pipe.writer)
    let big = [UInt8](repeating: 1, count: 1 << 20)
    let first = Task { @LoopActor in try await writer.write(big) }
    await LoopActor.run {}
    let second = Task { @LoopActor in try await writer.write([2]) }
    let third = Task { @LoopActor in try await writer.write([3]) }
    await LoopActor.run {}
    second.cancel()
    await #expect(throws: LoopError.cancelled) { try await second.value }
    await writer.close()
    await #expect(throws: LoopError.closed) { try await first.value }
    await #expect(throws: LoopError.closed) { try await third.value }
    close(pipe.reader)
  }

  @Test func cancelledPartialWriteClosesTheWriter() async throws {
    let pipe = try Pipe()
    let writer = try await PipeWriter(adopting: pipe.writer)
    let first = Task { @LoopActor in try await writer.write([UInt8](repeating: 1, count: 1 << 20)) }
    await LoopActor.run {}
    first.cancel()
    await #expect(throws: LoopError.cancelled) { try await first.value }
    await #expect(throws: LoopError.closed) { try await writer.write([2]) }
    close(pipe.reader)
  }

  @Test func concurrentWritesAreNotMixed() async throws {
    let pipe = try Pipe()
    let reader = try await PipeReader(adopting: pipe.reader)
    let writer = try await PipeWriter(adopting: pipe.writer)
    let length = 100_000
    let writing = Task {
      try await withThrowingTaskGroup { group in
        for letter in UInt8(0)..<8 {
          group.addTask { try await writer.write([UInt8](repeating: letter, count: length)) }
        }
        try await group.waitForAll()
      }
      await writer.close()
    }
    var received: [UInt8] = []
    while let chunk = try await reader.read() { received += chunk }
    try await writing.value
    #expect(received.count == 8 * length)
    for start in stride(from: 0, to: received.count, by: length) {
      #expect(Set(received[start..<start + length]).count == 1)
    }
  }

  @Test func fourHundredPipesAtOnce() async throws {
    // Both ends and a margin must fit the limit of open files that most systems begin with.
    let count = 400
    try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<count {
        let pipe = try Pipe()
        group.addTask {
          let reader = try await PipeReader(adopting: pipe.reader)
          let writer = try await PipeWriter(adopting: pipe.writer)
          async let writing: Void = {
            for _ in 0..<10 { try await writer.write([UInt8](repeating: UInt8(number % 256), count: 10_000)) }
            await writer.close()
          }()
          var sum = 0
          while let chunk = try await reader.read() {
            #expect(chunk.allSatisfy { $0 == UInt8(number % 256) })
            sum += chunk.count
          }
          try await writing
          return sum
        }
      }
      for try await sum in group { #expect(sum == 100_000) }
    }
  }

  @Test func aHundredMebibytesPassInFullChunks() async throws {
    let pipe = try Pipe()
    let reader = try await PipeReader(adopting: pipe.reader)
    let writer = try await PipeWriter(adopting: pipe.writer)
    let total = 100 << 20
    async let writing: Void = {
      let chunk = [UInt8](repeating: 1, count: 1 << 20)
      for _ in 0..<total / chunk.count { try await writer.write(chunk) }
      await writer.close()
    }()
    var received = 0
    var chunks = 0
    while let chunk = try await reader.read() {
      received += chunk.count
      chunks += 1
    }
    try await writing
    #expect(received == total)
    // Not a clock: many small reads would be what makes it slow.
    #expect(chunks < total / (4 << 10), "\(chunks) chunks")
  }

  @Test func descriptorsAreClosedOnceAndByTheirOwner() async throws {
    for _ in 0..<200 {
      let pipe = try Pipe()
      let reader = try await PipeReader(adopting: pipe.reader)
      let writer = try await PipeWriter(adopting: pipe.writer)
      let read = Task { try await reader.read() }
      let close = Task { await reader.close() }
      read.cancel()
      _ = try? await read.value
      await close.value
      await reader.close()
      await writer.close()
      // A double close would close this one, which takes the freed number.
      let next = try Pipe()
      await reader.close()
      await writer.close()
      await LoopActor.run {}
      #expect(isOpen(next.reader) && isOpen(next.writer))
      Glibc.close(next.reader)
      Glibc.close(next.writer)
    }
  }

  @Test func adoptingWhatIsNotOpenFails() async {
    await #expect(throws: LoopError.closed) { try await PipeReader(adopting: 1 << 20) }
  }

  @Test func regularFilesAreReadToTheirEnd() async throws {
    let file = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
    let reader = try await PipeReader(adopting: file)
    var text: [UInt8] = []
    while let chunk = try await reader.read() { text += chunk }
    #expect(String(decoding: text, as: UTF8.self).contains("Name:"))
  }
}
