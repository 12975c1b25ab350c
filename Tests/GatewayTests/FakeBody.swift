import Engine
import Model
import Synchronization

/// The body of an answer that a test plays.
final class FakeBody: RunBodySource {
  enum Step: Sendable {
    case chunk([UInt8])
    /// Waits until the signal fires, or nobody wants the body any more.
    case wait(Signal)
    /// Waits for ever, or until nobody wants the body any more.
    case hang
    case fail
  }

  struct Broken: Error {}

  let abandoned = Signal()
  private let steps: Mutex<[Step]>
  private let fields: [HeaderField]
  private let hanging = AsyncStream.makeStream(of: Void.self)

  init(_ steps: [Step], trailers: [HeaderField] = []) {
    self.steps = Mutex(steps)
    fields = trailers
  }

  func next() async throws -> [UInt8]? {
    while true {
      guard let step = steps.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return nil }
      switch step {
      case .chunk(let bytes): return bytes
      case .wait(let signal): await signal.wait()
      case .hang:
        for await _ in hanging.stream {}
        throw Broken()
      case .fail: throw Broken()
      }
    }
  }

  func trailers() async -> [HeaderField] { fields }

  func abandon() {
    hanging.continuation.finish()
    abandoned.fire()
  }
}
