import Model
import Runtimes
import Sandbox
import Zones

/// What `grapnel doctor` sees of the machine itself: what the sandbox is built of, the runtimes, and the time zones.
struct HostInspection: Sendable {
  var level: String
  var checks: [DoctorCheck]

  /// What the server would be started with.
  struct Subject: Sendable {
    var configuration = ServerConfiguration()
    /// `nil` where there is none yet.
    var dataFolder: String?
  }

  /// Looks at this machine as the server would find it that this user started.
  static func inspect(_ context: CommandContext, _ subject: Subject) async -> HostInspection {
    let level: SandboxLevel = level(of: subject.configuration, userID: context.userID) == .full ? .full : .user
    return HostInspection(
      level: level.rawValue,
      checks: await sandbox(level, context, subject) + runtimes(context, subject.configuration)
        + [timeZones(at: subject.configuration.zones ?? ZoneFolder.standardPath)])
  }

  /// Root gets `full` where the configuration does not say otherwise.
  static func level(of configuration: ServerConfiguration, userID: UInt32) -> ServerConfiguration.Level {
    configuration.level ?? (userID == 0 ? .full : .user)
  }

  private static func probe(
    _ level: SandboxLevel, _ context: CommandContext, _ subject: Subject
  ) async throws -> HostProbe {
    let runtimes = try? RuntimesFolder.find(environment: context.environment)
    if context.userID == 0 {
      guard level == .user else { return try await HostProbe.run(runtimesFolder: runtimes) }
      let user = try ServiceUser.choose(
        configured: subject.configuration.user, dataFolder: subject.dataFolder ?? context.absolute(".grapnel"))
      return try await HostProbe.run(runtimesFolder: runtimes, as: HostProbe.User(uid: user.uid, gid: user.gid))
    }
    // systemd is told where the user's own instance is by its folder.
    let variables = ["XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"].compactMap { name in
      context.environment[name].map { "\(name)=\($0)" }
    }
    let scope = DelegatedScope.command(context.environment) ?? []
    return try await HostProbe.run(
      runtimesFolder: runtimes, scope: scope, scopeEnvironment: scope.isEmpty ? [] : variables)
  }

  private static func sandbox(
    _ level: SandboxLevel, _ context: CommandContext, _ subject: Subject
  ) async -> [DoctorCheck] {
    do {
      return try await probe(level, context, subject).mechanisms.map { mechanism in
        DoctorCheck(
          group: "sandbox", name: mechanism.name, works: mechanism.works,
          isRequired: mechanism.requiredFor.contains(level), detail: mechanism.detail, remedy: mechanism.remedy)
      }
    } catch {
      return [failure("sandbox", "launcher", error)]
    }
  }

  /// A language that is not there keeps none of the others from running.
  private static func runtimes(
    _ context: CommandContext, _ configuration: ServerConfiguration
  ) -> [DoctorCheck] {
    do {
      let folder = try RuntimesFolder.find(environment: context.environment)
      let tools = ToolSearch(path: context.environment["PATH"] ?? "", mounts: configuration.mounts)
      let catalog = try RuntimeCatalog(folder: folder, tools: tools)
      let languages = try catalog.names.map { name in
        let problem = catalog.availability(name)
        return DoctorCheck(
          group: "runtime", name: name, works: problem == nil, isRequired: false,
          detail: try problem?.message ?? catalog.program(of: name), remedy: problem?.hint)
      }
      return try languages + (configuration.installation.mode == .off ? [] : installers(catalog))
    } catch {
      return [failure("runtime", "runtimes", error)]
    }
  }

  /// What installs the dependencies of hooks, where the operator allows it. A language that is not there needs none.
  private static func installers(_ catalog: RuntimeCatalog) throws -> [DoctorCheck] {
    try catalog.names.filter { catalog.availability($0) == nil }.flatMap { name in
      try catalog.installers(of: name).map { installer in
        switch installer {
        case .success(let path):
          DoctorCheck(group: "installer", name: name, works: true, isRequired: false, detail: path, remedy: nil)
        case .failure(let problem):
          DoctorCheck(
            group: "installer", name: name, works: false, isRequired: false, detail: problem.message,
            remedy: problem.hint)
        }
      }
    }
  }

  /// Hooks run without them, and so do schedules in UTC.
  static func timeZones(at path: String) -> DoctorCheck {
    var check = DoctorCheck(
      group: "schedules", name: "time zones", works: false, isRequired: false, detail: "", remedy: nil)
    do {
      check.detail = "\(try ZoneFolder(path: path).names.count) in \(path)"
      check.works = true
    } catch {
      check.detail = error.message + ": schedules can only be in UTC"
      check.remedy = error.hint
    }
    return check
  }

  private static func failure(_ group: String, _ name: String, _ error: any Error) -> DoctorCheck {
    let problem = error as? Problem
    return DoctorCheck(
      group: group, name: name, works: false, isRequired: true, detail: problem?.message ?? "\(error)",
      remedy: problem?.hint)
  }
}
