import Model
import Synchronization

@testable import Content

/// Makes layers in no sandbox: what the test says.
final class FakeMaking: LayerMaking {
  struct State {
    var steps: [LayerStep] = []
    var problem: Problem?
    /// What the command says and gives.
    var words = ""
    var stream: [UInt8] = []
    var makings: [LayerStep.Kind] = []
    var dependencies: [String?] = []
    var gate: CheckedContinuation<Void, Never>?
    var isHeld = false
    var begun: [CheckedContinuation<Void, Never>] = []
  }

  let state = Mutex(State())

  func steps(for definition: HookDefinition, bundle: [String: [UInt8]]) throws -> [LayerStep] {
    try state.withLock { state in
      if let problem = state.problem, state.steps.isEmpty { throw problem }
      return state.steps.map { step in
        var step = step
        step.paths = bundle.keys.filter { $0.hasSuffix(".src") }.sorted()
        return step
      }
    }
  }

  func make(
    _ step: LayerStep, of definition: HookDefinition, bundle: [String: [UInt8]], files: String, dependencies: String?,
    instanceSerial: Int64, log: @escaping @Sendable ([UInt8]) async -> Void,
    result: @escaping @Sendable ([UInt8]) async throws -> Void
  ) async throws {
    let (words, stream, problem, isHeld) = state.withLock { state in
      state.makings.append(step.kind)
      state.dependencies.append(dependencies)
      for waiter in state.begun { waiter.resume() }
      state.begun = []
      return (state.words, state.stream, state.problem, state.isHeld)
    }
    if isHeld { await withCheckedContinuation { gate in state.withLock { $0.gate = gate } } }
    await log(Array(words.utf8))
    try await result(stream)
    if let problem { throw problem }
  }

  /// Lets a making that is held go on.
  func release() {
    let gate = state.withLock { state in
      state.isHeld = false
      defer { state.gate = nil }
      return state.gate
    }
    gate?.resume()
  }
}
