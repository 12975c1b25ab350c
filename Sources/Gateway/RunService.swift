public import Engine
public import Model

/// What the gateway asks of the engine.
public protocol RunService: Sendable {
  /// Runs a hook. Cancelling the calling task before there is an answer cancels the run.
  ///
  /// The body of an answer ends only when the run's trace has been stored.
  func invoke(_ invocation: Invocation) async throws(RunProblem) -> RunAnswer

  /// Where a task that invokes finds its way shortest; `nil` for anywhere.
  func executor(for invocation: Invocation) -> (any TaskExecutor)?

  /// Cancels a run that has not ended; its end is recorded together with an event `run.cancelled`.
  ///
  /// - Parameter actor: who wants it, such as `key:01h…`.
  /// - Throws: `Problem` `notFound`, or `conflict` if it has ended.
  func cancel(_ id: ID<Run>, by actor: String) async throws -> Run

  /// Ends all runs of an instance that was removed, those that wait too, and returns when none of them goes on.
  ///
  /// - Parameter actor: who has removed it.
  func endAll(of instance: ID<Instance>, by actor: String) async

  /// Makes a new first attempt of a dead letter, which is queued when this returns.
  ///
  /// - Parameter key: who asks.
  /// - Throws: `Problem` `notFound`, `conflict` for a letter that was redriven before or cannot be, `invalid`, `tooMany`.
  func redrive(_ id: ID<Run>, by key: ID<Key>) async throws -> Run

  /// Records a custom event, together with the runs that triggers start for it.
  ///
  /// - Parameter actor: who emits it.
  /// - Throws: `Problem` `invalid`, `tooLarge`, `tooMany`.
  func emit(_ kind: String, data: JSONValue, in instance: ID<Instance>, by actor: String) async throws -> Event

  /// Log messages from now on, as they are stored; may leave some out for a reader who does not keep up.
  func follow(instance: ID<Instance>, hookName: String?, run: ID<Run>?) -> AsyncStream<LogEntry>
}

extension RunService {
  public func executor(for invocation: Invocation) -> (any TaskExecutor)? { nil }
}
