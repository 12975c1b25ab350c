import Model
import Sandbox
import Testing

@testable import Engine

@Suite struct RunVerdictTests {
  private func exit(_ ending: SandboxExit.Ending, _ breaches: Set<SandboxExit.Breach> = []) -> SandboxExit {
    SandboxExit(ending: ending, cpuMicroseconds: 0, peakMemoryBytes: 0, breaches: breaches)
  }

  private func verdict(
    _ exit: SandboxExit, _ intervention: RunVerdict.Intervention? = nil, exception: RunFailure? = nil
  ) -> RunVerdict {
    RunVerdict(exit: exit, intervention: intervention, exception: exception, limits: Limits())
  }

  @Test func exitCodeZeroIsSuccess() {
    let verdict = verdict(exit(.exited(0)))
    #expect(verdict.status == .succeeded && verdict.failure == nil && verdict.exitCode == 0)
  }

  @Test func aLimitNamesItsValueAndItsSetting() throws {
    for (breach, setting, value) in [
      (SandboxExit.Breach.memory, "limits.memory", "256MiB"), (.processes, "limits.processes", "64"),
      (.disk, "limits.disk", "64MiB"), (.files, "limits.files", "1024"),
    ] {
      let verdict = verdict(exit(.signalled(9), [breach]))
      let failure = try #require(verdict.failure)
      #expect(verdict.status == .limited && failure.setting == setting && failure.message.contains(value))
    }
  }

  @Test func aFileThatIsTooLargeIsTheDisksLimit() {
    #expect(verdict(exit(.signalled(25))).failure?.setting == "limits.disk")
    #expect(verdict(exit(.signalled(11))).failure?.setting == nil)
  }

  @Test func aRunThatCopedWithALimitSucceeded() {
    #expect(verdict(exit(.exited(0), [.processes, .disk])).status == .succeeded)
  }

  @Test func whatTheHostDidCountsBeforeHowTheProcessEnded() {
    #expect(verdict(exit(.signalled(15)), .timeout).status == .timedOut)
    #expect(verdict(exit(.exited(0)), .cancelled(by: "key ci")).failure?.message == "cancelled by key ci")
    let loud = verdict(exit(.signalled(9)), .tooMuchOutput(stream: "standard output"))
    #expect(loud.status == .limited && loud.failure?.setting == "limits.output")
    #expect(loud.failure?.message == "the run wrote more than limits.output (1MiB) to standard output")
  }

  @Test func anExceptionThatTheRunReportedIsItsReason() {
    let exception = RunFailure(reason: "exception", message: "no", exception: "ValueError", traceback: "…")
    #expect(verdict(exit(.exited(1)), exception: exception).failure == exception)
    #expect(verdict(exit(.exited(0)), exception: exception).status == .succeeded)
  }

  @Test func aRunThatNeverStartedSaysAtWhichStep() throws {
    let failure = try #require(verdict(exit(.failedToStart(step: "proc", errno: 1))).failure)
    #expect(failure.reason == "spawn" && failure.message.contains("proc"))
    #expect(verdict(exit(.launcherDied)).status == .lost)
  }
}
