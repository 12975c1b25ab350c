import Dispatch
import Model
import Synchronization

/// Where passwords are worked on: on threads of its own, a few at once, since each takes a core and much memory for a
/// while.
final class PasswordWork: Sendable {
  static let atOnceMax = 2
  static let waitingMax = 64

  private struct State {
    var running = 0
    var waiting: [@Sendable () -> Void] = []
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "grapnel.passwords", attributes: .concurrent)

  /// - Throws: `Problem` `tooMany` if too many wait already; what `body` throws.
  func perform<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let isTaken = start {
        let result = Result { try body() }
        self.startNext()
        continuation.resume(with: result)
      }
      guard !isTaken else { return }
      continuation.resume(
        throwing: Problem(
          .tooMany, "too many passwords wait to be checked", hint: "try again in a moment", retryAfterSeconds: 1))
    }
  }

  private func start(_ work: @escaping @Sendable () -> Void) -> Bool {
    let (isTaken, isFirst) = state.withLock { state in
      if state.running < Self.atOnceMax {
        state.running += 1
        return (true, true)
      }
      guard state.waiting.count < Self.waitingMax else { return (false, false) }
      state.waiting.append(work)
      return (true, false)
    }
    if isFirst { queue.async(execute: work) }
    return isTaken
  }

  private func startNext() {
    let next = state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.running -= 1
        return nil as (@Sendable () -> Void)?
      }
      return state.waiting.removeFirst()
    }
    if let next { queue.async(execute: next) }
  }
}
