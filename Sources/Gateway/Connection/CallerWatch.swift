import Synchronization

/// What the handlers of a connection know about its client, for the task that answers it.
///
/// The client counts as gone when the connection is closed, and also when it has closed only its sending side: between
/// a client that went away and one that merely has nothing more to say TCP knows no difference before something is
/// written. (nginx and HAProxy decide the same way.)
final class CallerWatch: Sendable {
  private struct State {
    var isGone = false
    var isEnding = false
    var requestsRead = 0
    var requestsBegun = 0
    var whenGone: [Int: @Sendable () -> Void] = [:]
    var whenEnding: [Int: @Sendable () -> Void] = [:]
    var nextNumber = 0
    var askForBody: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  /// Counts the requests of the connection that somebody answers, from 1.
  func beginRequest() -> Int {
    state.withLock { state in
      state.requestsBegun += 1
      return state.requestsBegun
    }
  }

  /// Whether the request with that number has come in whole.
  func wasRead(request number: Int) -> Bool { state.withLock { $0.requestsRead >= number } }

  var isGone: Bool { state.withLock { $0.isGone } }

  /// Calls `body` once when the client goes, or now if it has gone. Returns a number for `forget`.
  func whenGone(_ body: @escaping @Sendable () -> Void) -> Int {
    let (number, isNow) = state.withLock { state in
      state.nextNumber += 1
      if !state.isGone { state.whenGone[state.nextNumber] = body }
      return (state.nextNumber, state.isGone)
    }
    if isNow { body() }
    return number
  }

  /// Calls `body` once when the server wants to end the connection, or now if it does already.
  func whenEnding(_ body: @escaping @Sendable () -> Void) -> Int {
    let (number, isNow) = state.withLock { state in
      state.nextNumber += 1
      if !state.isEnding { state.whenEnding[state.nextNumber] = body }
      return (state.nextNumber, state.isEnding)
    }
    if isNow { body() }
    return number
  }

  func forget(_ number: Int) {
    state.withLock { state in
      state.whenGone[number] = nil
      state.whenEnding[number] = nil
    }
  }

  /// Tells a client that waits for `100 Continue` to go on.
  func askForBody() {
    state.withLock { $0.askForBody }?()
  }

  func onAskForBody(_ body: (@Sendable () -> Void)?) {
    state.withLock { $0.askForBody = body }
  }

  func requestWasRead() {
    state.withLock { $0.requestsRead += 1 }
  }

  func clientWent() {
    let bodies = state.withLock { state in
      state.isGone = true
      defer { state.whenGone = [:] }
      return Array(state.whenGone.values)
    }
    for body in bodies { body() }
  }

  func serverEnds() {
    let bodies = state.withLock { state in
      state.isEnding = true
      defer { state.whenEnding = [:] }
      return Array(state.whenEnding.values)
    }
    for body in bodies { body() }
  }
}
