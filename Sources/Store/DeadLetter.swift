public import Model

/// A run whose last attempt failed, kept until somebody redrives or removes it. Its id is that of the last attempt.
public struct DeadLetter: Hashable, Sendable {
  /// The last attempt.
  public var run: Run
  public var diedAt: Timestamp
  /// The run that was made of it; a letter is redriven once.
  public var redrivenAs: ID<Run>?

  public init(run: Run, diedAt: Timestamp, redrivenAs: ID<Run>? = nil) {
    self.run = run
    self.diedAt = diedAt
    self.redrivenAs = redrivenAs
  }
}
