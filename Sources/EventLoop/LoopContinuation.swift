/// A wait of code on the loop's thread that ends on that thread, without the change of thread that a
/// `CheckedContinuation` costs.
@LoopActor
public struct LoopContinuation<Value: Sendable> {
  private let continuation: CheckedContinuation<Value, Never>

  fileprivate init(_ continuation: CheckedContinuation<Value, Never>) {
    self.continuation = continuation
  }

  /// Lets the task that waits go on, as one of the loop's next jobs. To be called exactly once.
  public func resume(returning value: Value) {
    LoopActor.shared.loop.wake { continuation.resume(returning: value) }
  }
}

extension LoopContinuation<Void> {
  /// As `resume(returning:)`.
  public func resume() {
    resume(returning: ())
  }
}

/// Suspends the current task until the continuation that `body` is given is resumed, as `withCheckedContinuation` does.
///
/// The call itself may let other jobs of the loop go first. So whether there is anything to wait for is a question for
/// `body`, which resumes at once if there is not; asked before the call, the answer may be old.
///
/// - Parameter body: called before the task suspends.
@LoopActor
public func withLoopContinuation<Value: Sendable>(_ body: (LoopContinuation<Value>) -> Void) async -> Value {
  await withCheckedContinuation { body(LoopContinuation($0)) }
}
