import ArgumentParser
import GrapnelClient
import Model

/// What is printed about an error, where, and the exit status that goes with it.
struct ErrorReport {
  let status: CommandStatus
  private let text: String
  private let isHelp: Bool

  init(_ error: any Error, asJSON: Bool) {
    var problem: Problem?
    var resource: ProblemResource?
    switch error {
    case let exit as CommandStatus:
      status = exit
      text = ""
      isHelp = false
      return
    case let error as ClientError:
      status = CommandStatus(error)
      problem = error.problem
      if case .refused(let answer, _) = error { resource = answer }
    case let error as NoServer:
      status = .unreachable
      problem = error.problem
    case let error as Problem:
      status = CommandStatus(error.code)
      problem = error
    case is CancellationError:
      status = .failed
      problem = Problem(.timedOut, "interrupted")
    default:
      // Everything else comes from the parser: help, the version, and what is wrong with the command line.
      isHelp = Grapnel.exitCode(for: error) == .success
      status = isHelp ? .done : Grapnel.exitCode(for: error) == .validationFailure ? .usage : .failed
      text = Grapnel.fullMessage(for: error, columns: 100)
      return
    }
    isHelp = false
    guard let problem else {
      text = ""
      return
    }
    let answer = resource ?? ProblemResource(error: problem)
    text = asJSON ? JSONText.pretty(answer) : Self.describe(answer)
  }

  /// `error: message`, then one line for the hint and one for the run.
  static func describe(_ resource: ProblemResource) -> String {
    var problem = resource.error
    let hint = problem.hint
    problem.hint = nil
    var lines = ["error: \(TerminalText.escape(problem.description))"]
    if let hint { lines.append("hint: \(TerminalText.escape(hint))") }
    if let seconds = problem.retryAfterSeconds { lines.append("try again in \(seconds) s") }
    if let run = resource.run { lines.append("run: \(run)") }
    return lines.joined(separator: "\n")
  }

  /// Prints help to standard output, anything else to standard error.
  func print() -> CommandStatus {
    let console = CommandContext.current.console
    if !text.isEmpty { isHelp ? console.print(text) : console.printError(text) }
    return status
  }
}
