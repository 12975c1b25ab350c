import Synchronization

/// What wakes a feed. Of each kind one is kept until it is taken, so that none covers another one.
final class FeedSignals: Sendable {
  enum Signal: Hashable, Sendable {
    case news
    case heartbeat
  }

  private let pending = Mutex<Set<Signal>>([])
  private let wakes: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() {
    (wakes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  func note(_ signal: Signal) {
    _ = pending.withLock { $0.insert(signal) }
    continuation.yield()
  }

  /// Lets nobody wait any more.
  func end() { continuation.finish() }

  /// The next signal; `nil` at the end. For one reader.
  func next() async -> Signal? {
    if let signal = take() { return signal }
    for await _ in wakes {
      if let signal = take() { return signal }
    }
    return nil
  }

  private func take() -> Signal? {
    pending.withLock { $0.remove(.news) ?? $0.remove(.heartbeat) }
  }
}
