import CSandbox

/// What the launcher is told when it starts; the same for all runs.
public struct LauncherConfiguration: Hashable, Sendable {
  /// The most that `readOnlyMounts` may hold.
  public static let readOnlyMountsMax = Int(GS_MOUNTS_MAX)

  public var level: SandboxLevel
  /// The folder whose entries are bundles, named by their hashes.
  public var bundlesFolder: String
  /// The folder whose entries are layers, named by hashes too; without one no run has layers.
  public var layersFolder: String?
  /// The folder that is seen as `/runtimes` inside.
  public var runtimesFolder: String
  /// Paths of the host that every run may read, in the same place.
  public var readOnlyMounts: [String]
  /// Level `full`: the user id outside is this plus the instance's serial.
  public var userIDBase: UInt32
  /// Names our cgroups among those of other servers on this host; letters, digits, `-` and `_`.
  public var cgroupName: String
  /// Whether a policy may ask for the host's network.
  public var allowsHostNetwork: Bool
  /// The runtimes of which processes are kept ready.
  public var warmRuntimes: [WarmRuntime]
  /// The launcher's program; without one it is looked for, see `LauncherProcess.findExecutable`.
  public var executable: String?

  public init(
    level: SandboxLevel, bundlesFolder: String, layersFolder: String? = nil, runtimesFolder: String,
    readOnlyMounts: [String] = [],
    userIDBase: UInt32 = 200_000, cgroupName: String = "grapnel", allowsHostNetwork: Bool = false,
    warmRuntimes: [WarmRuntime] = [], executable: String? = nil
  ) {
    self.level = level
    self.bundlesFolder = bundlesFolder
    self.layersFolder = layersFolder
    self.runtimesFolder = runtimesFolder
    self.readOnlyMounts = readOnlyMounts
    self.userIDBase = userIDBase
    self.cgroupName = cgroupName
    self.allowsHostNetwork = allowsHostNetwork
    self.warmRuntimes = warmRuntimes
    self.executable = executable
  }

  /// The rule that a path breaks as one of `readOnlyMounts`, by the launcher's own judgement; `nil` if it may be one.
  public static func rule(brokenByMount path: String) -> String? {
    guard !path.utf8.contains(0) else { return "a path without a zero byte" }
    return gs_mount_fault(path).map { String(cString: $0) }
  }

  /// The command line of `grapnel-launcher serve`, whose socket is descriptor 3.
  var arguments: [String] {
    var arguments = [
      "grapnel-launcher", "serve", "--socket-fd", "3", "--level", level.rawValue, "--bundles", bundlesFolder,
      "--runtimes", runtimesFolder, "--uid-base", "\(userIDBase)", "--cgroup-name", cgroupName,
    ]
    if let layersFolder { arguments += ["--layers", layersFolder] }
    for path in readOnlyMounts { arguments += ["--mount", path] }
    if allowsHostNetwork { arguments.append("--allow-host-network") }
    for runtime in warmRuntimes { arguments += runtime.arguments }
    return arguments
  }
}
