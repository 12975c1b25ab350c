import EventLoop
import Glibc
import Model
import Runtimes

/// The host's end of a run's host channel: reads calls and writes replies, until the run ends or breaks its rules.
@LoopActor
final class HostChannel {
  /// How many calls of a run may be under way at once; it is not read further until one is answered.
  static let mostCalls = 16

  private let reader: PipeReader
  private let writer: PipeWriter

  init(adopting descriptor: Int32) throws {
    let other = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
    guard other >= 0 else {
      let code = errno
      Glibc.close(descriptor)
      throw LoopError(errno: code)
    }
    // Both close their descriptor when they throw.
    do {
      reader = try PipeReader(adopting: descriptor)
    } catch {
      Glibc.close(other)
      throw error
    }
    do {
      writer = try PipeWriter(adopting: other)
    } catch {
      reader.close()
      throw error
    }
  }

  /// Answers calls by `answer` until the channel ends or the task is cancelled; calls under way are cancelled then.
  func serve(_ answer: @escaping @Sendable (HostCall) async -> HostReply) async {
    defer { close() }
    var decoder = HostCallDecoder()
    await withTaskGroup(of: Void.self) { group in
      var calls = 0
      while let bytes = try? await reader.read(), let received = try? decoder.append(bytes) {
        for call in received {
          if calls == Self.mostCalls {
            await group.next()
            calls -= 1
          }
          calls += 1
          group.addTask {
            let reply = await answer(call)
            try? await self.writer.write(reply.frame(id: call.id))
          }
        }
      }
      group.cancelAll()
    }
  }

  func close() {
    reader.close()
    writer.close()
  }
}
