import Glibc
import Model
import Sandbox

/// How a run ended, and why in words: made of what the host did to it, what it said itself and what the launcher saw.
struct RunVerdict {
  /// What made the host end a run before it ended by itself; the first cause counts.
  enum Intervention: Hashable {
    case timeout
    /// Whoever asked for it waits no longer.
    case budgetSpent(Duration, of: String)
    case cancelled(by: String)
    case callerGone
    case tooMuchOutput(stream: String)
    case malformedControl(String)
    case serverStopping
    case notStarted(String)
    /// What it needs is not there; it would have been blocked if that had been known when it was accepted.
    case refused(RunFailure)
  }

  let status: RunStatus
  let failure: RunFailure?
  let exitCode: Int?
  let signal: Int?

  init(exit: SandboxExit, intervention: Intervention?, exception: RunFailure?, limits: Limits) {
    switch exit.ending {
    case .exited(let code): (exitCode, signal) = (Int(code), nil)
    case .signalled(let number): (exitCode, signal) = (nil, Int(number))
    case .failedToStart, .launcherDied: (exitCode, signal) = (nil, nil)
    }
    if let intervention {
      (status, failure) = Self.judge(intervention, exit: exit, limits: limits)
    } else {
      (status, failure) = Self.judge(exit, exception: exception, limits: limits)
    }
  }

  private static func judge(
    _ intervention: Intervention, exit: SandboxExit, limits: Limits
  ) -> (RunStatus, RunFailure) {
    switch intervention {
    case .timeout:
      var message = "the run took longer than limits.timeout (\(limits.timeout.text)) and was ended"
      if let other = breach(of: exit, limits: limits) { message += "; before that, \(other.message)" }
      return (.timedOut, RunFailure(reason: "timeout", message: message, setting: "limits.timeout"))
    case .budgetSpent(let budget, let owner):
      return (
        .timedOut,
        RunFailure(
          reason: "timeout", message: "the run took longer than the budget of \(owner) (\(budget.text)) and was ended",
          setting: "budget")
      )
    case .cancelled(let who):
      return (.cancelled, RunFailure(reason: "cancelled", message: "cancelled by \(who)", actor: who))
    case .callerGone:
      return (.cancelled, RunFailure(reason: "caller", message: "the caller hung up before the answer was complete"))
    case .tooMuchOutput(let stream):
      return (
        .limited,
        RunFailure(
          reason: "output", message: "the run wrote more than limits.output (\(limits.output)) to \(stream)",
          setting: "limits.output")
      )
    case .malformedControl(let detail):
      return (
        .failed, RunFailure(reason: "control", message: "what the run wrote to its control pipe is no frame: \(detail)")
      )
    case .serverStopping:
      return (.cancelled, RunFailure(reason: "host", message: "the server was stopped while the run went on"))
    case .refused(let failure):
      return (.blocked, failure)
    case .notStarted(let detail):
      return (.failed, RunFailure(reason: "spawn", message: detail))
    }
  }

  private static func judge(
    _ exit: SandboxExit, exception: RunFailure?, limits: Limits
  ) -> (RunStatus, RunFailure?) {
    switch exit.ending {
    case .exited(0):
      return (.succeeded, nil)
    case .exited(let code):
      if let breach = breach(of: exit, limits: limits) { return (.limited, breach) }
      return (.failed, exception ?? RunFailure(reason: "exit", message: "the run ended with exit code \(code)"))
    case .signalled(let number):
      if let breach = breach(of: exit, limits: limits) { return (.limited, breach) }
      let name = strsignal(number).map { String(cString: $0) } ?? "signal"
      return (.failed, RunFailure(reason: "signal", message: "the run was ended by signal \(number) (\(name))"))
    case .failedToStart(let step, let code):
      let reason = String(cString: strerror(code))
      let message =
        step == "exec"
        ? "the program of the hook cannot be started: \(reason); see entry, its first line (#!) and its mode"
        : "the sandbox could not be made: \(step): \(reason); see `grapnel doctor`"
      return (.failed, RunFailure(reason: "spawn", message: message))
    case .launcherDied:
      return (.lost, RunFailure(reason: "host", message: "the launcher of sandboxes died while the run went on"))
    }
  }

  /// The limit that a run ran into, the gravest first.
  private static func breach(of exit: SandboxExit, limits: Limits) -> RunFailure? {
    if exit.breaches.contains(.memory) {
      return RunFailure(
        reason: "memory", message: "the run used more than limits.memory (\(limits.memory))",
        setting: "limits.memory")
    }
    if exit.breaches.contains(.processes) {
      return RunFailure(
        reason: "processes",
        message: "the run tried to have more than limits.processes (\(limits.processes)) processes and threads",
        setting: "limits.processes")
    }
    if exit.breaches.contains(.disk) {
      return RunFailure(
        reason: "disk",
        message: "the run filled its /tmp: limits.disk (\(limits.disk))",
        setting: "limits.disk")
    }
    if exit.breaches.contains(.files) {
      return RunFailure(
        reason: "files",
        message: "the run has as many files and folders in its /tmp as limits.files (\(limits.files))",
        setting: "limits.files")
    }
    if case .signalled(SIGXFSZ) = exit.ending {
      return RunFailure(
        reason: "disk", message: "the run wrote a file that is larger than limits.disk (\(limits.disk))",
        setting: "limits.disk")
    }
    return nil
  }
}
