public import Model

/// The answer of a run whose head is decided and whose body may still be on its way.
public struct RunningResponse: Sendable {
  public let run: ID<Run>
  public let head: RunResponse
  public let body: RunBody
  /// The length of the body in bytes where the run has ended already.
  public let contentLength: Int?

  public init(run: ID<Run>, head: RunResponse, body: RunBody, contentLength: Int?) {
    self.run = run
    self.head = head
    self.body = body
    self.contentLength = contentLength
  }

  /// The trailers that the run set; to be asked for after the body's end.
  public func trailers() async -> [HeaderField] { await body.source.trailers() }

  /// Says that nobody reads the body any more: a run that still goes on is cancelled.
  public func callerHungUp() { body.source.abandon() }
}
