public import Model

/// Who has a claim.
public struct IdempotencyRecord: Hashable, Sendable {
  /// The run that the first request made. Its trace may be gone.
  public var run: ID<Run>
  /// The hash of that request.
  public var fingerprint: [UInt8]

  public init(run: ID<Run>, fingerprint: [UInt8]) {
    self.run = run
    self.fingerprint = fingerprint
  }
}
