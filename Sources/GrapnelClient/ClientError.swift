public import Model

/// Why a call of the client did not give what was asked for.
public enum ClientError: Error, Hashable, Sendable {
  /// The server answered with an error.
  case refused(ProblemResource, status: Int)
  /// There is no server there, or the connection broke.
  case unreachable(server: String, reason: String)
  /// Something answered, but not as a Grapnel server does.
  case unexpectedAnswer(status: Int, detail: String)
}

extension ClientError {
  /// The same in the words of a `Problem`.
  public var problem: Problem {
    switch self {
    case .refused(let resource, _): resource.error
    case .unreachable(let server, let reason):
      Problem(.unavailable, "no server answers at \(server): \(reason)")
    case .unexpectedAnswer(let status, let detail):
      Problem(.internal, "the server's answer (status \(status)) cannot be used: \(detail)")
    }
  }
}

extension ClientError: CustomStringConvertible {
  public var description: String { problem.description }
}
