import EventLoop
import Foundation
import Model
import Sandbox
import Testing

@Suite struct HostProbeTests {
  private let probe = HostProbe(mechanisms: [
    HostProbe.Mechanism(
      name: "user namespaces", works: false, detail: "EPERM", requiredFor: [.user], remedy: "sysctl x=1"),
    HostProbe.Mechanism(name: "landlock", works: false, detail: "ENOSYS", requiredFor: [], remedy: nil),
    HostProbe.Mechanism(name: "seccomp", works: true, detail: "", requiredFor: [.full, .user], remedy: nil),
  ])

  @Test func onlyWhatALevelNeedsIsMissing() {
    #expect(probe.missing(for: .user).map(\.name) == ["user namespaces"])
    #expect(probe.problem(for: .full) == nil)
    let problem = probe.problem(for: .user)
    #expect(problem?.code == .unavailable)
    #expect(problem?.message.contains("user namespaces") == true)
    #expect(problem?.hint == "sysctl x=1")
  }

  @Test func programThatIsNoLauncherIsAProblem() async {
    await #expect(throws: Problem.self) { try await HostProbe.run(executable: "/bin/true") }
    await #expect(throws: Problem.self) { try await HostProbe.run(executable: "/nowhere/at/all") }
  }

  @Test func launcherLooksAtTheRuntimesAndThroughACommand() async throws {
    let probe = try await HostProbe.run(
      runtimesFolder: "/nowhere/at/all", scope: ["/usr/bin/env", "--"], scopeEnvironment: ["XDG_RUNTIME_DIR=/nowhere"])
    let runtimes = probe.mechanisms.first { $0.name == "folder of runtimes" }
    #expect(runtimes?.works == false)
    #expect(probe.missing(for: .user).contains { $0.name == "folder of runtimes" })
  }

  @Test(
    "Mounts are judged by the launcher's own rules",
    arguments: ["/tmp", "/tmp/x", "/etc/ssl", "/runtimes", "/", "", "opt", "/opt/", "/opt//x", "/opt/..", "/a\0b"])
  func mountThatCannotBe(_ path: String) {
    #expect(LauncherConfiguration.rule(brokenByMount: path) != nil)
    #expect(LauncherConfiguration.rule(brokenByMount: "/opt/tools") == nil)
    #expect(LauncherConfiguration.rule(brokenByMount: "/tmpfiles/..x") == nil)
  }

  @Test func launcherLooksAtThisHost() async throws {
    let probe = try await HostProbe.run()
    #expect(!probe.mechanisms.isEmpty)
    #expect(Set(probe.mechanisms.map(\.name)).count == probe.mechanisms.count)
    for mechanism in probe.mechanisms where !mechanism.works && !mechanism.requiredFor.isEmpty {
      #expect(mechanism.remedy != nil, "\(mechanism.name) is required, and nothing says how to mend it")
    }
  }
}
