import EventLoop
import Foundation
import Model
import Runtimes
import Sandbox

/// The short life of a server as root: it prepares the data folder, starts the launcher, which stays root, and becomes
/// the service user by executing itself anew.
struct RootStart {
  /// Where the folders stand for the server that has given up root.
  private static let mountPoint = "/mnt"

  private let plan: ServerPlan

  init(_ plan: ServerPlan) {
    self.plan = plan
  }

  /// Does not return: this process becomes the server.
  ///
  /// - Throws: `Problem` if something is missing; nothing but a new data folder is left behind then.
  func enter(shownHooks: String, shownData: String, configurationFile: String?) async throws -> Never {
    let user = try ServiceUser.choose(configured: plan.configuration.user, dataFolder: plan.data)
    let folder = try DataFolder(at: plan.data, owner: user)
    // Before the launcher, which clears away what its name's cgroups hold.
    let lock = try folder.lock()
    let catalog = try RuntimeCatalog(folder: plan.runtimes)
    for problem in await catalog.warmUp() {
      FileHandle.standardError.write(Data("grapnel: \(problem)\n".utf8))
    }
    var running: ServerHandover.RunningLauncher?
    if plan.configuration.level != .user {
      let launcher = try await LauncherProcess.start(plan.launcher(level: .full, folder: folder, catalog: catalog))
      running = await ServerHandover.RunningLauncher(
        socket: launcher.socket, level: launcher.level, cgroupVersion: launcher.cgroupVersion)
      try passOn(await launcher.socket)
    }
    try passOn(lock)
    var inner = plan
    inner.hooks = Self.mountPoint + "/hooks"
    inner.data = Self.mountPoint + "/data"
    inner.runtimes = Self.mountPoint + "/runtimes"
    var instanceBinds: [String] = []
    for (name, path) in plan.configuration.instances.sorted(by: { $0.key < $1.key }) {
      inner.configuration.instances[name] = "\(Self.mountPoint)/instance-\(name)"
      instanceBinds += ["--bind-ro", "\(path)=instance-\(name)"]
    }
    let handover = ServerHandover(
      plan: inner, launcher: running, lock: lock, shownHooks: shownHooks, shownData: shownData)
    let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    try execute(
      try LauncherProcess.findExecutable(),
      [
        "grapnel-launcher", "enter", "--uid", "\(user.uid)", "--gid", "\(user.gid)", "--bind", "\(plan.data)=data",
        "--bind-ro", "\(plan.hooks)=hooks", "--bind-ro", "\(plan.runtimes)=runtimes",
      ] + instanceBinds + ["--", executable, "serve"],
      environment: try handover.environment(ProcessInfo.processInfo.environment))
  }

  private func passOn(_ descriptor: Int32) throws {
    let flags = fcntl(descriptor, F_GETFD)
    guard flags >= 0, fcntl(descriptor, F_SETFD, flags & ~FD_CLOEXEC) == 0 else {
      throw Problem(.internal, "a descriptor cannot be passed on: \(String(cString: strerror(errno)))")
    }
  }

  private func execute(_ program: String, _ arguments: [String], environment: [String]) throws -> Never {
    let argv = arguments.map { strdup($0) } + [nil]
    let envp = environment.map { strdup($0) } + [nil]
    execve(program, argv, envp)
    throw Problem(.unavailable, "cannot execute \(program): \(String(cString: strerror(errno)))")
  }
}
