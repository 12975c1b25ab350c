/// The body of every error answer of the run door and the management API.
public struct ProblemResource: Hashable, Sendable, Codable {
  public var error: Problem
  /// The run that the error belongs to, if one was made.
  public var run: ID<Run>?

  public init(error: Problem, run: ID<Run>? = nil) {
    self.error = error
    self.run = run
  }
}
