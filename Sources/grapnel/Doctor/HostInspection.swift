import Model
import Runtimes
import Sandbox

/// What `grapnel doctor` sees of the machine itself: what the sandbox is built of, and the runtimes.
struct HostInspection: Sendable {
  var level: String
  var checks: [DoctorCheck]

  /// Looks at this machine with the rights of this process; root would get the level `full`.
  static func inspect(_ context: CommandContext) async -> HostInspection {
    let level: SandboxLevel = context.userID == 0 ? .full : .user
    return HostInspection(level: level.rawValue, checks: await sandbox(level) + runtimes(context))
  }

  private static func sandbox(_ level: SandboxLevel) async -> [DoctorCheck] {
    do {
      return try await HostProbe.run().mechanisms.map { mechanism in
        DoctorCheck(
          group: "sandbox", name: mechanism.name, works: mechanism.works,
          isRequired: mechanism.requiredFor.contains(level), detail: mechanism.detail, remedy: mechanism.remedy)
      }
    } catch {
      return [failure("sandbox", "launcher", error)]
    }
  }

  /// A language that is not there keeps none of the others from running.
  private static func runtimes(_ context: CommandContext) -> [DoctorCheck] {
    do {
      let folder = try RuntimesFolder.find(environment: context.environment)
      let catalog = try RuntimeCatalog(folder: folder)
      return try catalog.names.map { name in
        let problem = catalog.availability(name)
        let interpreter = try catalog.manifest(named: name).installedInterpreter ?? ""
        return DoctorCheck(
          group: "runtime", name: name, works: problem == nil, isRequired: false,
          detail: problem?.message ?? interpreter, remedy: problem?.hint)
      }
    } catch {
      return [failure("runtime", "runtimes", error)]
    }
  }

  private static func failure(_ group: String, _ name: String, _ error: any Error) -> DoctorCheck {
    let problem = error as? Problem
    return DoctorCheck(
      group: group, name: name, works: false, isRequired: true, detail: problem?.message ?? "\(error)",
      remedy: problem?.hint)
  }
}
