import Engine
import Gateway
import Model
import Store
import Synchronization

/// An engine that answers as a test wants.
final class FakeRuns: RunService {
  typealias Handler = @Sendable (Invocation) async throws(RunProblem) -> RunAnswer

  private struct State {
    var handler: Handler
    var invocations: [Invocation] = []
    var cancelled: [ID<Run>] = []
    var ended: [ID<Instance>] = []
    var followers: [AsyncStream<LogEntry>.Continuation] = []
  }

  private let state: Mutex<State>
  let store: MemoryStore

  init(store: MemoryStore) {
    self.store = store
    state = Mutex(State(handler: { invocation throws(RunProblem) in FakeRuns.answer(invocation, text: "ok") }))
  }

  var invocations: [Invocation] { state.withLock { $0.invocations } }
  var cancelled: [ID<Run>] { state.withLock { $0.cancelled } }
  /// The instances whose runs were ended.
  var ended: [ID<Instance>] { state.withLock { $0.ended } }

  func answers(_ handler: @escaping Handler) { state.withLock { $0.handler = handler } }

  /// Answers with `body` and no known length.
  func answersWith(_ body: FakeBody, status: Int = 200, headers: [HeaderField] = []) {
    answers { invocation throws(RunProblem) in
      .response(
        RunningResponse(
          run: invocation.id, head: RunResponse(status: status, headers: headers), body: RunBody(body),
          contentLength: nil))
    }
  }

  static func answer(
    _ invocation: Invocation, text: String, status: Int = 200, headers: [HeaderField] = []
  ) -> RunAnswer {
    let body = FakeBody(text.isEmpty ? [] : [.chunk(Array(text.utf8))])
    return .response(
      RunningResponse(
        run: invocation.id, head: RunResponse(status: status, headers: headers), body: RunBody(body),
        contentLength: text.utf8.count))
  }

  /// The run as the store would have it.
  static func run(_ invocation: Invocation, status: RunStatus = .succeeded) -> Run {
    Run(
      id: invocation.id, instance: invocation.instance.id, serial: 1, hook: invocation.hook.id,
      hookName: invocation.hook.name, bundleHash: invocation.hook.version.bundle.hash,
      definition: invocation.hook.version.definition, cause: invocation.cause, status: status,
      isAsynchronous: invocation.isAsynchronous, queuedAt: Timestamp(microseconds: 1_700_000_000_000_000),
      request: invocation.request)
  }

  func invoke(_ invocation: Invocation) async throws(RunProblem) -> RunAnswer {
    let handler = state.withLock { state in
      state.invocations.append(invocation)
      return state.handler
    }
    if invocation.isAsynchronous {
      let run = Self.run(invocation, status: .queued)
      store.put(run, RunBodies(payload: invocation.payload))
      if let claim = invocation.claim { store.state.withLock { $0.claims.append((claim, run.id)) } }
      return .accepted(run)
    }
    let answer = try await handler(invocation)
    if let claim = invocation.claim {
      var head = RunResponse()
      if case .response(let response) = answer { head = response.head }
      store.state.withLock { [head] state in
        state.claims.append((claim, invocation.id))
        state.runs.append((Self.run(invocation), RunBodies(response: head)))
      }
    }
    return answer
  }

  func cancel(_ id: ID<Run>, by actor: String) async throws -> Run {
    guard var run: Run = try await store.find(id) else { throw Problem(.notFound, "there is no such run") }
    guard !run.status.isFinal else { throw Problem(.conflict, "the run has ended") }
    state.withLock { $0.cancelled.append(id) }
    run.status = .cancelled
    return run
  }

  func endAll(of instance: ID<Instance>, by actor: String) async { state.withLock { $0.ended.append(instance) } }

  func redrive(_ id: ID<Run>, by key: ID<Key>) async throws -> Run {
    let letter: DeadLetter? = try await store.find(id)
    guard var run = letter?.run else { throw Problem(.notFound, "there is no such dead letter") }
    if let other = letter?.redrivenAs {
      throw Problem(.conflict, "the dead letter was redriven before, as run \(other)")
    }
    run.status = .queued
    run.cause = RunCause(kind: .manual, parent: id, key: key)
    return run
  }

  func emit(_ kind: String, data: JSONValue, in instance: ID<Instance>, by actor: String) async throws -> Event {
    try EventKind.validate(kind, field: "kind")
    return try await store.append(
      Event(
        instance: instance, time: Timestamp(microseconds: 1_700_000_000_000_000), kind: kind, actor: actor, data: data))
  }

  func follow(instance: ID<Instance>, hookName: String?, run: ID<Run>?) -> AsyncStream<LogEntry> {
    let (stream, continuation) = AsyncStream.makeStream(of: LogEntry.self)
    state.withLock { $0.followers.append(continuation) }
    return stream
  }

  /// Stores entries and tells the followers.
  func log(_ entries: [LogEntry]) async throws {
    let stored = try await store.append(entries)
    for follower in state.withLock({ $0.followers }) {
      for entry in stored { follower.yield(entry) }
    }
  }
}
