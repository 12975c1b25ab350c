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
  private let cgroupName = "grapnel-test-\(UUID().uuidString.prefix(8).lowercased())"

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
        cgroupName: cgroupName))
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
    await removeCgroups()
  }

  /// A launcher that was killed leaves its cgroups to the next one of its name, and here there is none. They can be
  /// removed once the kernel is done with the processes, which it says to nobody.
  private func removeCgroups() async {
    for folder in cgroups() {
      for _ in 0..<500 {
        let inner = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in inner { rmdir("\(folder)/\(name)") }
        if rmdir(folder) == 0 || errno == ENOENT { break }
        try? await Task.sleep(for: .milliseconds(10))
      }
    }
  }

  /// Where a launcher of this name makes its cgroups: below that of this process, in each hierarchy.
  private func cgroups() -> [String] {
    let lines = { (path: String) in
      ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n")
    }
    var found: [String] = []
    for mount in lines("/proc/self/mounts").map({ $0.split(separator: " ").map(String.init) }) where mount.count > 3 {
      guard mount[2] == "cgroup" || mount[2] == "cgroup2" else { continue }
      let options = Set(mount[3].split(separator: ",").map(String.init))
      found.append("\(mount[1])/\(cgroupName)")
      for line in lines("/proc/self/cgroup") {
        let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 3 else { continue }
        let controllers = Set(fields[1].split(separator: ",").map(String.init))
        let isHere = mount[2] == "cgroup2" ? controllers.isEmpty : !controllers.isDisjoint(with: options)
        if isHere { found.append("\(mount[1])\(fields[2])/\(cgroupName)") }
      }
    }
    return found
  }
}
