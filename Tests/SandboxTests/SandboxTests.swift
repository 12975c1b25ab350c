import EventLoop
import Glibc
import Model
import Testing

@testable import Sandbox

/// Runs in real sandboxes.
@LoopActor @Suite(.serialized, .enabled("this host cannot enforce the sandbox") { await RealLauncher.isPossible() })
struct SandboxTests {
  @Test func exitCodeAndOutput() async throws {
    let real = try await RealLauncher()
    let pipes = try RunPipes()
    let process = try real.launcher.start(
      real.policy("cat; . /hook/main.sh; echo log >&2; echo frame >&3; echo call >&4; exit 7"), pipes.forRun)
    try await pipes.input.write(Array("body ".utf8))
    pipes.input.close()
    #expect(try await text(of: pipes.output) == "body from the bundle\n")
    #expect(try await text(of: pipes.errorOutput) == "log\n")
    #expect(try await text(of: pipes.control) == "frame\n")
    #expect(try await text(of: pipes.host) == "call\n")
    let exit = await process.waitForExit()
    #expect(exit.ending == .exited(7))
    #expect(exit.cpuMicroseconds > 0 && exit.peakMemoryBytes > 0)
    #expect(exit.breaches.isEmpty)
    await real.close()
  }

  @Test func endBySignal() async throws {
    let real = try await RealLauncher()
    let pipes = try RunPipes()
    let process = try real.launcher.start(real.policy("kill -SEGV $$"), pipes.forRun)
    #expect(await process.waitForExit().ending == .signalled(SIGSEGV))
    pipes.close()
    await real.close()
  }

  @Test func terminateAsksAndKillDoesNot() async throws {
    let real = try await RealLauncher()
    let polite = try RunPipes()
    let first = try real.launcher.start(
      real.policy("trap 'echo bye; exit 3' TERM; sleep 1000 & echo ready; wait"), polite.forRun)
    #expect(try await polite.output.read() == Array("ready\n".utf8))
    first.terminate()
    #expect(try await text(of: polite.output) == "bye\n")
    #expect(await first.waitForExit().ending == .exited(3))

    let stubborn = try RunPipes()
    let second = try real.launcher.start(
      real.policy("trap '' TERM; (sleep 1000 & ); echo ready; read forever"), stubborn.forRun)
    #expect(try await stubborn.output.read() == Array("ready\n".utf8))
    second.terminate()
    second.kill()
    #expect(await second.waitForExit().ending == .signalled(SIGKILL))
    // The grandchild held the pipe; it is gone too.
    #expect(try await stubborn.output.read() == nil)
    polite.close()
    stubborn.close()
    await real.close()
  }

  @Test func failedStepsAreNamed() async throws {
    let real = try await RealLauncher()
    var missing = real.policy("")
    missing.arguments = ["/nowhere/at/all"]
    let (step, error) = try await failure(missing, real)
    #expect(error == ENOENT, "\(step)")
    #expect(!step.isEmpty)

    var noBundle = real.policy("")
    noBundle.bundle = String(repeating: "f", count: 64)
    #expect(try await failure(noBundle, real).error == ENOENT)

    var noMemory = real.policy("")
    noMemory.memory = ByteSize(bytes: 1)
    #expect(try await failure(noMemory, real).error != 0)

    // The next innocent run works.
    let pipes = try RunPipes()
    #expect(try await real.launcher.start(real.policy(":"), pipes.forRun).waitForExit().ending == .exited(0))
    pipes.close()
    await real.close()
  }

  private func failure(_ policy: SandboxPolicy, _ real: RealLauncher) async throws -> (step: String, error: Int32) {
    let pipes = try RunPipes()
    defer { pipes.close() }
    let exit = try await real.launcher.start(policy, pipes.forRun).waitForExit()
    guard case .failedToStart(let step, let error) = exit.ending else {
      Issue.record("it started: \(exit)")
      return ("", 0)
    }
    return (step, error)
  }

  @Test func aHundredRunsAtOnceLeaveNoDescriptor() async throws {
    let real = try await RealLauncher()
    var passed: Set<String> = []
    var runs: [(SandboxedProcess, RunPipes)] = []
    for number in 0..<100 {
      let pipes = try RunPipes()
      passed.formUnion(pipes.forRun.all.compactMap(identity))
      runs.append((try real.launcher.start(real.policy("read line; echo $line \(number)"), pipes.forRun), pipes))
    }
    // The launcher alone has the runs' ends now. (Other tests have descriptors too, so they are told apart by what they are.)
    #expect(passed.count == 500)
    #expect(try openIdentities().isDisjoint(with: passed))
    // Every run is there before the first may end.
    #expect(real.launcher.runCount == 100)
    for (number, (process, pipes)) in runs.enumerated() {
      try await pipes.input.write(Array("run\n".utf8))
      #expect(try await text(of: pipes.output) == "run \(number)\n")
      #expect(await process.waitForExit().ending == .exited(0))
      pipes.close()
    }
    #expect(real.launcher.runCount == 0)
    await real.close()
  }

  @Test func payloadComesAtFive() async throws {
    let real = try await RealLauncher()
    let pipes = try RunPipes()
    let payload = try pipe()
    #expect(write(payload.1, "payload", 7) == 7)
    close(payload.1)
    let forRun = pipes.forRun
    let process = try real.launcher.start(
      real.policy("cat <&5; ls /proc/self/fd | wc -l"),
      RunDescriptors(
        input: forRun.input, output: forRun.output, errorOutput: forRun.errorOutput, control: forRun.control,
        host: forRun.host, payload: payload.0))
    // 0 to 5, and the folder that `ls` has open.
    #expect(try await text(of: pipes.output) == "payload7\n")
    #expect(await process.waitForExit().ending == .exited(0))
    pipes.close()
    await real.close()
  }

  @Test func launcherDeathEndsAllRuns() async throws {
    let real = try await RealLauncher()
    let pipes = try (0..<5).map { _ in try RunPipes() }
    let runs = try pipes.map { try real.launcher.start(real.policy("echo ready; read forever"), $0.forRun) }
    for pipes in pipes { #expect(try await pipes.output.read() == Array("ready\n".utf8)) }
    await withCheckedContinuation { continuation in
      real.launcher.onDeath = { continuation.resume() }
      kill(real.process.processID, SIGKILL)
    }
    for run in runs { #expect(await run.waitForExit().ending == .launcherDied) }
    // The runs are gone with it: nobody holds their output any more.
    for pipes in pipes { #expect(try await pipes.output.read() == nil) }
    #expect(throws: Problem.self) { try real.launcher.start(real.policy(":"), try RunPipes().forRun) }
    for pipes in pipes { pipes.close() }
    await real.close()
  }

  @Test func closingTheSocketEndsAllRuns() async throws {
    let real = try await RealLauncher()
    let pipes = try RunPipes()
    let run = try real.launcher.start(real.policy("trap '' TERM; echo ready; read forever"), pipes.forRun)
    #expect(try await pipes.output.read() == Array("ready\n".utf8))
    await real.close()
    #expect(await run.waitForExit().ending == .launcherDied)
    #expect(try await pipes.output.read() == nil)
    pipes.close()
  }

  @Test func breachOfMemoryIsTold() async throws {
    let real = try await RealLauncher()
    guard real.process.cgroupVersion != nil else {
      await real.close()
      return
    }
    let pipes = try RunPipes()
    var policy = real.policy("")
    policy.arguments = ["/usr/bin/python3", "-c", "x = bytearray(400 << 20); print(len(x))"]
    policy.memory = .mebibytes(64)
    let exit = try await real.launcher.start(policy, pipes.forRun).waitForExit()
    #expect(exit.ending == .signalled(SIGKILL))
    #expect(exit.breaches == [.memory])
    pipes.close()
    await real.close()
  }

  @Test func refusalNamesWhatIsWrong() async throws {
    await #expect(throws: Problem.self) {
      try await LauncherProcess.start(
        LauncherConfiguration(level: .user, bundlesFolder: "/nowhere", runtimesFolder: "relative"))
    }
    await #expect(throws: Problem.self) {
      try await LauncherProcess.start(
        LauncherConfiguration(
          level: .user, bundlesFolder: "/tmp", runtimesFolder: "/tmp", executable: "/nowhere/at/all"))
    }
    await #expect(throws: Problem.self) {
      try await LauncherProcess.start(
        LauncherConfiguration(level: .user, bundlesFolder: "/tmp", runtimesFolder: "/tmp", executable: "/bin/true"))
    }
  }
}
