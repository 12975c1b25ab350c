import Foundation
import Model
import Sandbox
import Testing

@testable import Runtimes

@Suite struct WarmStrategyTests {
  private static let ordinary = ["LC_CTYPE": "C.UTF-8", "TZ": "Asia/Tokyo"]

  /// By a catalog whose interpreters are there on every host.
  private func policy(
    _ runtime: String, start: StartMode? = nil, _ environment: [String: String]
  ) throws -> SandboxPolicy {
    let folder = FileManager.default.temporaryDirectory.appending(path: "warm-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, strategy) in [("python", "fork"), ("node", "spare"), ("bash", "exec")] {
      let place = folder.appending(path: name)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      let warm = strategy == "exec" ? "" : "warm: [\"{runtime}/page\", \"{library}\"]"
      try """
      name: \(name)
      description: ""
      extensions: []
      shebangs: []
      interpreters: [/bin/sh]
      arguments: ["{entry}"]
      environment: {}
      package: ""
      strategy: \(strategy)
      \(warm)
      features: []
      """.write(to: place.appending(path: "runtime.yaml"), atomically: false, encoding: .utf8)
    }
    let request = StartRequest(
      definition: HookDefinition(runtime: runtime, entry: "main", start: start),
      bundle: String(repeating: "a", count: 64), instanceSerial: 1, environment: environment,
      descriptors: RunDescriptors(input: -1, output: -1, errorOutput: -1, control: -1, host: -1))
    return try WarmStrategy.policy(for: request, catalog: try RuntimeCatalog(folder: folder.path))
  }

  @Test func aRuntimeThatIsKeptReadyIsNamed() throws {
    #expect(try policy("python", Self.ordinary).warmRuntime == "python")
    #expect(try policy("node", Self.ordinary).warmRuntime == "node")
    #expect(try policy("bash", Self.ordinary).warmRuntime == nil)
    // All the same it can be executed.
    #expect(try policy("python", Self.ordinary).arguments.last == "/hook/main")
  }

  @Test func aHookMayWantAnInterpreterOfItsOwn() throws {
    #expect(try policy("python", start: .exec, Self.ordinary).warmRuntime == nil)
    #expect(try policy("python", start: .fork, Self.ordinary).warmRuntime == "python")
    // Of a definition that was stored when the runtime had it.
    #expect(try policy("python", start: .spare, Self.ordinary).warmRuntime == nil)
  }

  @Test(arguments: ["LANG", "LC_ALL", "LC_NUMERIC", "LANGUAGE"])
  func anInterpreterThatWouldBeginOtherwiseIsExecuted(variable: String) throws {
    #expect(try policy("python", Self.ordinary.merging([variable: "de_DE.UTF-8"]) { $1 }).warmRuntime == nil)
    #expect(try policy("python", ["LC_CTYPE": "de_DE.UTF-8"]).warmRuntime == nil)
  }
}
