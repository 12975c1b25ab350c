import EventLoop
import Foundation
import Glibc
import Model
import Sandbox

/// A launcher at the strongest level that this user may have, with one bundle.
@LoopActor
struct RealLauncher {
  static let level: SandboxLevel = geteuid() == 0 ? .full : .user

  /// Whether this host can enforce the level. Without a launcher the tests shall run, and fail.
  static func isPossible() async -> Bool { await answer.value }

  private static let answer = Task {
    guard let problem = try? await HostProbe.run().problem(for: level) else { return true }
    print("SKIPPED: tests of real sandboxes: \(problem)")
    return false
  }

  let launcher: Launcher
  let process: LauncherProcess
  let bundle = String(repeating: "0a", count: 32)
  private let folder: String

  init() async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "sandbox-\(UUID().uuidString.lowercased())").path
    let bundles = "\(folder)/bundles"
    let runtimes = "\(folder)/runtimes"
    for path in ["\(bundles)/\(bundle)", "\(runtimes)/shell"] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    try "echo from the bundle\n".write(toFile: "\(bundles)/\(bundle)/main.sh", atomically: false, encoding: .utf8)
    process = try await LauncherProcess.start(
      LauncherConfiguration(
        level: Self.level, bundlesFolder: bundles, runtimesFolder: runtimes,
        cgroupName: "grapnel-test-\(UUID().uuidString.prefix(8).lowercased())"))
    launcher = try Launcher(adopting: process.socket)
  }

  func policy(_ script: String) -> SandboxPolicy {
    SandboxPolicy(
      arguments: ["/bin/bash", "-c", script], environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"], bundle: bundle)
  }

  /// Ends the launcher and removes the folders.
  func close() async {
    launcher.close()
    _ = await process.waitForExit()
    try? FileManager.default.removeItem(atPath: folder)
  }
}
