import EventLoop
import Model

/// The one answer that the caller of a run gets, decided once.
@LoopActor
final class RunAnswerPromise {
  enum Decision: Sendable {
    case response(RunningResponse)
    /// The run goes on without its caller, who gets 202.
    case accepted
    case problem(RunProblem)
  }

  private var decision: Decision?
  private var waiter: LoopContinuation<Decision>?

  nonisolated init() {}

  var isDecided: Bool { decision != nil }

  var isAccepted: Bool {
    if case .accepted = decision { true } else { false }
  }

  func respond(_ response: RunningResponse) { decide(.response(response)) }

  func accept() { decide(.accepted) }

  func fail(_ problem: RunProblem) { decide(.problem(problem)) }

  /// Waits for the decision. To be called once.
  func value() async -> Decision {
    await withLoopContinuation { if let decision { $0.resume(returning: decision) } else { waiter = $0 } }
  }

  private func decide(_ decision: Decision) {
    guard self.decision == nil else { return }
    self.decision = decision
    waiter?.resume(returning: decision)
    waiter = nil
  }
}
