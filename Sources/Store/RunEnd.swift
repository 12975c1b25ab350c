public import Model

/// How a run ended.
public struct RunEnd: Hashable, Sendable {
  /// A final one.
  public var status: RunStatus
  public var endedAt: Timestamp
  /// `nil` leaves what the claim wrote.
  public var startedAt: Timestamp?
  public var exitCode: Int?
  /// The number of the signal that ended it.
  public var signal: Int?
  public var use: ResourceUse
  public var failure: RunFailure?
  /// How many starts there were; `nil` leaves what the claims counted.
  public var attempt: Int?

  public init(
    status: RunStatus, endedAt: Timestamp, startedAt: Timestamp? = nil, exitCode: Int? = nil, signal: Int? = nil,
    use: ResourceUse = ResourceUse(), failure: RunFailure? = nil, attempt: Int? = nil
  ) {
    self.status = status
    self.endedAt = endedAt
    self.startedAt = startedAt
    self.exitCode = exitCode
    self.signal = signal
    self.use = use
    self.failure = failure
    self.attempt = attempt
  }
}
