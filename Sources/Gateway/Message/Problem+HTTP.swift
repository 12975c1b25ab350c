import Model

extension Problem.Code {
  var httpStatus: Int {
    switch self {
    case .invalid: 400
    case .unauthenticated: 401
    case .forbidden: 403
    case .notFound: 404
    case .methodNotAllowed: 405
    case .conflict: 409
    case .tooLarge: 413
    case .mismatch: 422
    case .tooMany: 429
    case .runFailed: 502
    case .unavailable: 503
    case .timedOut: 504
    case .internal: 500
    }
  }
}

extension Problem {
  /// No key, or one that does not work; which of them tells a caller nothing but what it did itself.
  static func unauthenticated(_ exchange: Exchange) -> Problem {
    guard exchange.bearer != nil else {
      return Problem(.unauthenticated, "a key is needed", hint: "send the header Authorization: Bearer KEY")
    }
    return Problem(
      .unauthenticated, "the key does not work", hint: "it is not one of this server, or has expired or been removed")
  }
  /// One answer for all that is not there or not for the caller's eyes.
  static let notHere = Problem(.notFound, "there is nothing here")

  static func methodNotAllowed(_ method: String, allowed: [String]) -> Problem {
    Problem(.methodNotAllowed, "\(method) is not answered here", rule: "one of \(allowed.joined(separator: ", "))")
  }

  /// `error` for the client: faults that are not a `Problem` are the server's own and stay in its log.
  static func shown(_ error: any Error) -> Problem {
    switch error {
    case let problem as Problem: problem
    case is CancellationError: Problem(.unavailable, "the request was given up")
    default: Problem(.internal, "the server has failed; its log says more")
    }
  }
}
