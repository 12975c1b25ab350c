import CSandbox
import EventLoop
import Glibc
import Model
import Testing

@testable import Sandbox

/// The server's side of the protocol, against a launcher that the test plays.
@LoopActor @Suite(.serialized) struct LauncherTests {
  private let policy = SandboxPolicy(
    arguments: ["/bin/echo", "größer"], environment: ["A": "1"], bundle: String(repeating: "ab", count: 32),
    instanceSerial: 7, network: .host, memory: .mebibytes(5), cpu: 0.25, processes: 3, disk: .mebibytes(2), files: 99,
    openFiles: 64)

  @Test func startSendsThePolicyAndTheDescriptorsAndClosesThem() async throws {
    let fake = try FakeLauncher()
    let pipes = try RunPipes()
    let passed = Set(pipes.forRun.all.compactMap(identity))
    #expect(passed.count == 5)
    let process = try fake.launcher.start(policy, pipes.forRun)
    #expect(try openIdentities().isDisjoint(with: passed))
    let start = try #require(fake.nextStart())
    #expect(start.descriptors.count == 6)
    let head = start.policy.withUnsafeBytes { $0.loadUnaligned(as: gs_spec.self) }
    #expect(head.magic == GS_SPEC_MAGIC && head.version == GS_PROTOCOL_VERSION)
    #expect(head.length == start.policy.count)
    #expect(head.network == UInt32(GS_NETWORK_HOST))
    #expect(head.memory == 5 << 20 && head.disk == 2 << 20 && head.files == 99 && head.serial == 7)
    #expect(head.cpu_thousandths == 250 && head.processes == 3 && head.open_files == 64)
    #expect(head.argument_count == 2 && head.environment_count == 1)
    let strings = String(decoding: start.policy.dropFirst(MemoryLayout<gs_spec>.size), as: UTF8.self)
    #expect(strings == "/bin/echo\0größer\0A=1\0/hook\0")
    // The descriptors are the run's ends, in the order of the wire.
    #expect(write(start.descriptors[2], "out", 3) == 3)
    fake.discard(start)
    #expect(try await text(of: pipes.output) == "out")

    fake.exit(start.id, status: 3)
    let exit = await process.waitForExit()
    #expect(
      exit == SandboxExit(ending: .exited(3), cpuMicroseconds: 12, peakMemoryBytes: 4096, breaches: [.memory, .disk]))
    #expect(await process.waitForExit() == exit)
    #expect(fake.launcher.runCount == 0)
    pipes.close()
    fake.launcher.close()
  }

  @Test func signalsAreSentOnceAndNotAfterTheEnd() async throws {
    let fake = try FakeLauncher()
    let process = try fake.launcher.start(policy, try RunPipes().forRun)
    let start = try #require(fake.nextStart())
    fake.discard(start)
    process.terminate()
    process.terminate()
    process.kill()
    let (first, second) = (try #require(fake.nextSignal()), try #require(fake.nextSignal()))
    #expect(first.id == start.id && first.signal == SIGTERM)
    #expect(second.id == start.id && second.signal == SIGKILL)
    #expect(fake.nextSignal() == nil)
    fake.exit(start.id, status: 0)
    _ = await process.waitForExit()
    process.kill()
    #expect(fake.nextSignal() == nil)
    fake.launcher.close()
  }

  @Test func requestsWaitForRoomInOrderAndAreBounded() async throws {
    let fake = try FakeLauncher()
    var started: [SandboxedProcess] = []
    var refusal: Problem?
    // Nobody reads: the socket fills, then the queue does.
    for _ in 0..<20_000 where refusal == nil {
      do {
        started.append(try fake.launcher.start(policy, try nullDescriptors()))
      } catch let problem as Problem {
        refusal = problem
      }
    }
    #expect(refusal?.code == .tooMany)
    #expect(started.count > Launcher.queueCapacity)
    // The launcher reads again: everything comes, in order, as the socket has room.
    for process in started {
      var start = fake.nextStart()
      for _ in 0..<10_000 where start == nil {
        await Task.yield()
        start = fake.nextStart()
      }
      let found = try #require(start)
      #expect(found.id == process.id)
      fake.discard(found)
      fake.exit(found.id, status: 0)
      #expect(await process.waitForExit().ending == .exited(0))
    }
    fake.launcher.close()
  }

  private func nullDescriptors() throws -> RunDescriptors {
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    try #require(null >= 0)
    return RunDescriptors(input: null, output: null, errorOutput: null, control: null, host: null)
  }

  private func pipeDescriptors() throws -> RunDescriptors {
    let (reader, writer) = try pipe()
    return RunDescriptors(input: reader, output: writer, errorOutput: writer, control: writer, host: writer)
  }

  @Test func deathEndsEveryRunAndIsToldOnce() async throws {
    let fake = try FakeLauncher()
    var deaths = 0
    var runsAtDeath = -1
    fake.launcher.onDeath = {
      deaths += 1
      runsAtDeath = fake.launcher.runCount
    }
    let processes = try (0..<10).map { _ in try fake.launcher.start(policy, nullDescriptors()) }
    fake.die()
    for process in processes { #expect(await process.waitForExit().ending == .launcherDied) }
    #expect(deaths == 1 && runsAtDeath == 0)
    #expect(!fake.launcher.isAlive)
    let descriptors = try pipeDescriptors()
    let passed = Set(descriptors.all.compactMap(identity))
    #expect(throws: Problem.self) { try fake.launcher.start(policy, descriptors) }
    #expect(try openIdentities().isDisjoint(with: passed), "they are closed whatever happens")
    fake.launcher.close()
    #expect(deaths == 1)
  }

  @Test func whatTheLauncherSaidBeforeItDiedCounts() async throws {
    let fake = try FakeLauncher()
    let process = try fake.launcher.start(policy, nullDescriptors())
    let start = try #require(fake.nextStart())
    fake.discard(start)
    fake.exit(start.id, status: 9)
    fake.die()
    #expect(await process.waitForExit().ending == .exited(9))
  }

  @Test func closeEndsEveryRun() async throws {
    let fake = try FakeLauncher()
    fake.launcher.onDeath = { Issue.record("close is not a death") }
    let process = try fake.launcher.start(policy, nullDescriptors())
    async let exit = process.waitForExit()
    fake.launcher.close()
    #expect(await exit.ending == .launcherDied)
    process.kill()
  }

  @Test func forgottenLauncherEndsItsRuns() async throws {
    func startOne() throws -> SandboxedProcess { try FakeLauncher().launcher.start(policy, nullDescriptors()) }
    let process = try startOne()
    #expect(await process.waitForExit().ending == .launcherDied)
  }

  @Test func strangePacketsChangeNothing() async throws {
    let fake = try FakeLauncher()
    let process = try fake.launcher.start(policy, nullDescriptors())
    let start = try #require(fake.nextStart())
    fake.discard(start)
    var unknown: UInt32 = 77
    #expect(fake.send(&unknown) == 0)
    var short: UInt16 = 1
    #expect(fake.send(&short) == 0)
    var tooLong = (gs_fatal(), gs_fatal())
    #expect(fake.send(&tooLong) == 0)
    fake.exit(999, status: 1)
    fake.refuse(start.id, error: EINVAL)
    guard case .failedToStart(_, let error) = await process.waitForExit().ending else {
      Issue.record("a refused run did not start")
      return
    }
    #expect(error == EINVAL)
    #expect(fake.launcher.isAlive)
    fake.launcher.close()
  }

  @Test func policiesThatCannotBeSaidAreRefused() throws {
    let policies = [
      SandboxPolicy(arguments: []), SandboxPolicy(arguments: ["/bin/echo", "a\0b"]),
      SandboxPolicy(arguments: ["/bin/echo", String(repeating: "x", count: 200_000)]),
      SandboxPolicy(arguments: ["/bin/echo"], environment: ["A=B": "c"]),
      SandboxPolicy(arguments: ["/bin/echo"], environment: ["": "c"]),
      SandboxPolicy(arguments: ["/bin/echo"], bundle: "../etc"),
      SandboxPolicy(
        arguments: ["/bin/echo"],
        environment: Dictionary(
          uniqueKeysWithValues: (0..<12).map { ("V\($0)", String(repeating: "x", count: 100_000)) })
      ),
    ]
    let fake = try FakeLauncher()
    for policy in policies {
      let descriptors = try pipeDescriptors()
      let passed = Set(descriptors.all.compactMap(identity))
      #expect(throws: Problem.self) { try fake.launcher.start(policy, descriptors) }
      #expect(try openIdentities().isDisjoint(with: passed))
    }
    #expect(fake.launcher.runCount == 0)
    fake.launcher.close()
  }
}
