public import Model

/// Why an invocation got no answer from its hook.
public struct RunProblem: Error, Sendable {
  public var problem: Problem
  /// The run whose trace says more, if one was made.
  public var run: ID<Run>?

  public init(_ problem: Problem, run: ID<Run>? = nil) {
    self.problem = problem
    self.run = run
  }
}
