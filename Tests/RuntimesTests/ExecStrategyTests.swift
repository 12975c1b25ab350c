import Foundation
import Model
import Sandbox
import Testing

@testable import Runtimes

@Suite struct ExecStrategyTests {
  @Test func aDefinitionBecomesAPolicy() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../runtimes").path
    let limits = Limits(memory: .mebibytes(32), cpu: 0.5, processes: 7, disk: .mebibytes(3), files: 9)
    let request = StartRequest(
      definition: HookDefinition(runtime: "executable", entry: "bin/tool", limits: limits, network: .host),
      bundle: String(repeating: "a", count: 64), instanceSerial: 4, environment: ["A": "b"],
      descriptors: RunDescriptors(input: -1, output: -1, errorOutput: -1, control: -1, host: -1))
    let policy = try ExecStrategy.policy(for: request, catalog: try RuntimeCatalog(folder: folder))
    #expect(
      policy
        == SandboxPolicy(
          arguments: ["/hook/bin/tool"], environment: ["A": "b"], workingDirectory: "/hook",
          bundle: String(repeating: "a", count: 64), instanceSerial: 4, network: .host, memory: .mebibytes(32),
          cpu: 0.5, processes: 7, disk: .mebibytes(3), files: 9))
  }
}
