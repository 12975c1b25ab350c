import Synchronization

/// Sleeps that end when a test says so.
final class ManualSleep: Sendable {
  private struct State {
    var next = 0
    var sleepers: [Int: (duration: Duration, continuation: CheckedContinuation<Void, any Error>)] = [:]
    var observers: [(duration: Duration, continuation: CheckedContinuation<Void, Never>)] = []
    var cancelled: Set<Int> = []
  }

  private let state = Mutex(State())

  func sleep(for duration: Duration) async throws {
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let observers: [CheckedContinuation<Void, Never>]? = state.withLock { state in
          guard state.cancelled.remove(number) == nil else { return nil }
          state.sleepers[number] = (duration, continuation)
          let met = state.observers.filter { $0.duration == duration }.map(\.continuation)
          state.observers.removeAll { $0.duration == duration }
          return met
        }
        guard let observers else { return continuation.resume(throwing: CancellationError()) }
        for observer in observers { observer.resume() }
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        let sleeper = state.sleepers.removeValue(forKey: number)
        if sleeper == nil { state.cancelled.insert(number) }
        return sleeper
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Waits until somebody sleeps for `duration`, then ends all sleeps of that duration.
  func end(_ duration: Duration) async {
    await withCheckedContinuation { continuation in
      let isMet = state.withLock { state in
        let isMet = state.sleepers.values.contains { $0.duration == duration }
        if !isMet { state.observers.append((duration, continuation)) }
        return isMet
      }
      if isMet { continuation.resume() }
    }
    let ended = state.withLock { state in
      let ended = state.sleepers.filter { $0.value.duration == duration }
      for number in ended.keys { state.sleepers[number] = nil }
      return ended.values.map(\.continuation)
    }
    for continuation in ended { continuation.resume() }
  }

  /// Whether somebody sleeps for `duration` now.
  func isSleeping(for duration: Duration) -> Bool {
    state.withLock { $0.sleepers.values.contains { $0.duration == duration } }
  }
}
