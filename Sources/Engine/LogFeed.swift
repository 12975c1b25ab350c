public import Model
public import Store
import Synchronization

/// Log messages as they are stored, to whoever follows them now.
///
/// A follower that does not keep up loses its oldest unread messages, not the others': it can read them again from
/// the store by their sequence.
public final class LogFeed: Sendable {
  private struct Follower {
    let filter: LogFilter
    let continuation: AsyncStream<LogEntry>.Continuation
  }

  private struct State {
    var followers: [Int: Follower] = [:]
    var nextNumber = 0
  }

  /// How many messages wait for a follower at most.
  public static let capacity = 1024

  private let state = Mutex(State())

  public init() {}

  /// The messages from now on that meet `filter`. Ends when the reader stops iterating, or the server stops.
  public func subscribe(_ filter: LogFilter) -> AsyncStream<LogEntry> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: LogEntry.self, bufferingPolicy: .bufferingNewest(Self.capacity))
    let follower = Follower(filter: filter, continuation: continuation)
    let number = state.withLock { state in
      state.nextNumber += 1
      state.followers[state.nextNumber] = follower
      return state.nextNumber
    }
    continuation.onTermination = { [weak self] _ in
      _ = self?.state.withLock { $0.followers.removeValue(forKey: number) }
    }
    return stream
  }

  func publish(_ entries: [LogEntry]) {
    guard !entries.isEmpty else { return }
    let followers = state.withLock { Array($0.followers.values) }
    for follower in followers {
      for entry in entries where follower.filter.admits(entry) {
        follower.continuation.yield(entry)
      }
    }
  }

  /// Ends every subscription.
  func close() {
    let followers = state.withLock { Array($0.followers.values) }
    for follower in followers { follower.continuation.finish() }
  }
}
