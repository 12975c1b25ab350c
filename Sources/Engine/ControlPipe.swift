import EventLoop
import Glibc
import Model

/// The host's end of a run's control pipe: read to the last byte whenever somebody asks, so that what the run said
/// before it wrote a piece of its body is known before that piece goes out.
@LoopActor
final class ControlPipe {
  private let descriptor: Int32
  private let poll: DescriptorPoll
  private var isOpen = true

  /// - Parameters:
  ///   - descriptor: non-blocking; closed by `close()`.
  ///   - onData: called when there is something to `take()`.
  init(adopting descriptor: Int32, onData: @escaping @LoopActor () -> Void) throws {
    self.descriptor = descriptor
    do {
      poll = try DescriptorPoll(descriptor: descriptor)
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    try poll.start(.readable) { _ in onData() }
  }

  /// What waits now, at most 64 KiB; `nil` if nothing does or the pipe has ended.
  func take() -> [UInt8]? {
    guard isOpen else { return nil }
    let capacity = 64 << 10
    var received = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      received = read(descriptor, buffer.baseAddress, capacity)
      count = max(0, received)
    }
    if received > 0 { return bytes }
    // At its end a pipe stays readable for ever.
    if received == 0 || errno != EAGAIN { poll.stop() }
    return nil
  }

  func close() {
    guard isOpen else { return }
    isOpen = false
    poll.close()
    Glibc.close(descriptor)
  }
}
