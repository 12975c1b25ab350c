/// How a `Client` reaches its server; the seam at which tests and other HTTP libraries come in.
public protocol HTTPTransport: Sendable {
  /// Sends one request and returns as soon as the head of the answer is there; its body arrives while it is read.
  ///
  /// - Throws: `ClientError.unreachable` when no answer came, `CancellationError` when the task was cancelled.
  func exchange(_ request: ClientRequest) async throws -> ClientResponse
}
