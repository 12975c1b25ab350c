import EventLoop
import Glibc
import Testing

@LoopActor @Suite struct ChildProcessTests {
  private func shell(_ script: String, _ descriptors: [Int32: Int32] = [:]) throws -> ChildProcess {
    try ChildProcess(
      executable: "/bin/sh", arguments: ["sh", "-c", script], environment: ["GREETING=hello"], descriptors: descriptors)
  }

  @Test func exitStatusAndSignal() async throws {
    let exits = try shell("exit 7")
    let ending = await exits.waitForExit()
    #expect(ending.status == 7 && ending.signal == 0)
    let again = await exits.waitForExit()
    #expect(again.status == 7)
    exits.send(signal: SIGKILL)
    let pipe = try Pipe()
    let killed = try shell("read forever", [0: pipe.reader])
    killed.send(signal: SIGTERM)
    #expect(await killed.waitForExit().signal == SIGTERM)
    close(pipe.reader)
    close(pipe.writer)
  }

  @Test func missingProgram() async {
    #expect(throws: LoopError(errno: ENOENT)) {
      try ChildProcess(executable: "/nowhere/at/all", arguments: ["x"], environment: [], descriptors: [:])
    }
  }

  @Test func descriptorsEnvironmentAndNothingElse() async throws {
    let pipe = try Pipe()
    let child = try shell("echo $GREETING; ls /proc/self/fd", [1: pipe.writer, 4: pipe.writer])
    close(pipe.writer)
    let reader = try PipeReader(adopting: pipe.reader)
    var text: [UInt8] = []
    while let chunk = try await reader.read() { text += chunk }
    #expect(await child.waitForExit().status == 0)
    // 3 is the folder that `ls` itself has open.
    #expect(String(decoding: text, as: UTF8.self) == "hello\n0\n1\n2\n3\n4\n")
  }

  @Test func forgottenChildrenAreReaped() async throws {
    let pids = try (0..<20).map { _ in try shell("exit 0").processID }
    let last = try shell("exit 0")
    _ = await last.waitForExit()
    for pid in pids {
      // Gone entirely, not a zombie; the loop reaps each when its signal comes.
      for _ in 0..<10_000 where kill(pid, 0) == 0 { await Task.yield() }
      #expect(kill(pid, 0) != 0)
    }
  }
}
