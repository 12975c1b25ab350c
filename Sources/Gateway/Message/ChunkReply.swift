import Synchronization

/// The one reply to whoever waits for a chunk of a body; the first that is given counts.
final class ChunkReply: Sendable {
  private enum State {
    case open
    case awaited(CheckedContinuation<[UInt8]?, any Error>)
    case given(Result<[UInt8]?, any Error>)
    case done
  }

  private let state = Mutex(State.open)

  func give(_ result: Result<[UInt8]?, any Error>) {
    let waiter = state.withLock { state -> CheckedContinuation<[UInt8]?, any Error>? in
      switch state {
      case .open:
        state = .given(result)
        return nil
      case .awaited(let continuation):
        state = .done
        return continuation
      case .given, .done:
        return nil
      }
    }
    waiter?.resume(with: result)
  }

  /// Waits for the reply. To be called once.
  func value() async throws -> [UInt8]? {
    try await withCheckedThrowingContinuation { continuation in
      let given = state.withLock { state -> Result<[UInt8]?, any Error>? in
        if case .given(let result) = state {
          state = .done
          return result
        }
        state = .awaited(continuation)
        return nil
      }
      if let given { continuation.resume(with: given) }
    }
  }
}
