import EventLoop
import Model

/// The way of a body from a run to its caller: at most `capacity` bytes wait in it, then the run waits.
@LoopActor
final class RunOutputChannel: RunBodySource {
  /// How many bytes wait for the caller before the reading of the run's output pauses.
  static let capacity = 128 << 10

  private enum End {
    case finished
    case failed(RunProblem)
  }

  private var chunks: [[UInt8]] = []
  private var waitingBytes = 0
  private var end: End?
  private var trailerFields: [HeaderField] = []
  private var isAbandoned = false
  private var isDraining = false
  private var consumer: LoopContinuation<Void>?
  private var producer: LoopContinuation<Void>?
  private var onAbandon: (@LoopActor () -> Void)?

  nonisolated init() {}

  /// - Parameter onAbandon: called once if the caller goes away before the end.
  func watch(onAbandon: @escaping @LoopActor () -> Void) {
    if isAbandoned { onAbandon() } else { self.onAbandon = onAbandon }
  }

  /// Hands over a chunk at once, whatever waits already; for what is bounded otherwise.
  func put(_ chunk: [UInt8]) {
    guard !chunk.isEmpty, !isAbandoned, end == nil else { return }
    chunks.append(chunk)
    waitingBytes += chunk.count
    wakeConsumer()
  }

  /// Hands over a chunk and returns when there is room for the next.
  func send(_ chunk: [UInt8]) async {
    put(chunk)
    while isFull {
      await withLoopContinuation { if isFull { producer = $0 } else { $0.resume() } }
    }
  }

  private var isFull: Bool { waitingBytes >= Self.capacity && !isAbandoned && !isDraining && end == nil }

  /// Lets the producer go on without room: what is left in the pipe of a run that has ended is bounded.
  func drain() {
    isDraining = true
    wakeProducer()
  }

  func finish(trailers: [HeaderField] = []) {
    guard end == nil else { return }
    trailerFields = trailers
    end = .finished
    wakeConsumer()
    wakeProducer()
  }

  func fail(_ problem: RunProblem) {
    guard end == nil else { return }
    end = .failed(problem)
    wakeConsumer()
    wakeProducer()
  }

  func next() async throws -> [UInt8]? {
    while true {
      if !chunks.isEmpty {
        let chunk = chunks.removeFirst()
        waitingBytes -= chunk.count
        if waitingBytes < Self.capacity { wakeProducer() }
        return chunk
      }
      switch end {
      case .finished: return nil
      case .failed(let problem): throw problem
      case nil: break
      }
      try Task.checkCancellation()
      await withTaskCancellationHandler {
        await withLoopContinuation { continuation in
          if chunks.isEmpty, end == nil, !Task.isCancelled {
            consumer = continuation
          } else {
            continuation.resume()
          }
        }
      } onCancel: {
        Task { @LoopActor in self.wakeConsumer() }
      }
    }
  }

  func trailers() async -> [HeaderField] { trailerFields }

  nonisolated func abandon() {
    Task { @LoopActor in self.abandonNow() }
  }

  private func abandonNow() {
    guard !isAbandoned else { return }
    isAbandoned = true
    chunks = []
    waitingBytes = 0
    wakeProducer()
    if end == nil { onAbandon?() }
    onAbandon = nil
  }

  private func wakeProducer() {
    producer?.resume()
    producer = nil
  }

  private func wakeConsumer() {
    consumer?.resume()
    consumer = nil
  }
}
