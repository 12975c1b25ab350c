import GrapnelClient
import Model

/// What the exit status of a command says; `docs/cli.md` documents each.
enum CommandStatus: Int32, Error, CaseIterable {
  case done = 0
  /// The run did not succeed, or the thing itself went wrong.
  case failed = 1
  /// The command line, or what was sent, breaks a rule.
  case usage = 2
  case unreachable = 3
  case notAllowed = 4
  case notFound = 5
  /// A queue is full, a deadline has passed, or the server cannot do it now.
  case tryAgain = 6

  init(_ code: Problem.Code) {
    switch code {
    case .invalid, .methodNotAllowed, .tooLarge, .mismatch: self = .usage
    case .unauthenticated, .forbidden: self = .notAllowed
    case .notFound: self = .notFound
    case .tooMany, .unavailable, .timedOut: self = .tryAgain
    case .conflict, .runFailed, .internal: self = .failed
    }
  }

  init(_ error: ClientError) {
    switch error {
    case .refused(let resource, _): self.init(resource.error.code)
    case .unreachable: self = .unreachable
    case .unexpectedAnswer: self = .failed
    }
  }
}
