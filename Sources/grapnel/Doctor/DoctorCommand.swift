import ArgumentParser
import Foundation
import GrapnelClient
import Model

/// `grapnel doctor`.
struct DoctorCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what this machine lacks to run hooks, and the command that mends it.",
    discussion: """
      It looks at this machine and account: what the sandbox needs, the runtimes, the data folder and its server. The \
      exit status is 1 when something that is required is missing. Give it the configuration that `grapnel serve` \
      gets: the level of the sandbox is that of the file.
      """)

  @OptionGroup var connection: ConnectionOptions

  @Option(help: ArgumentHelp("The operator's configuration, as for `grapnel serve`.", valueName: "file"))
  var config: String?

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let configuration = try config.map { try ServerConfigurationReader.read(context.absolute($0)) }
    let dataFolder = try? connection.data.map(context.absolute) ?? ServerAddress.nearestDataFolder(context)
    let host = await context.inspectHost(
      context, HostInspection.Subject(configuration: configuration ?? ServerConfiguration(), dataFolder: dataFolder))
    let server = await serverCheck(context)
    let silence = server.works ? await silenceCheck() : nil
    let pools = server.works ? await poolChecks() : []
    let report = DoctorReport(
      level: host.level,
      checks: host.checks + dataFolderChecks(context) + [server] + [silence].compactMap(\.self) + pools)
    context.console.print(isJSON ? JSONText.pretty(report) : report.text(context.console))
    if !report.ok { throw CommandStatus.failed }
  }

  /// The data folder that commands would use: whether it is there, and whether others could read what is secret in it.
  func dataFolderChecks(_ context: CommandContext) -> [DoctorCheck] {
    let folder: String
    do {
      folder = try connection.data.map(context.absolute) ?? ServerAddress.nearestDataFolder(context)
    } catch {
      let problem = (error as? NoServer)?.problem ?? error as? Problem
      return [
        DoctorCheck(
          group: "data", name: "data folder", works: false, isRequired: false, detail: problem?.message ?? "\(error)",
          remedy: "grapnel serve")
      ]
    }
    var checks: [DoctorCheck] = []
    var status = stat()
    let isThere = stat(folder, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    checks.append(
      DoctorCheck(
        group: "data", name: "data folder", works: isThere, isRequired: false, detail: folder,
        remedy: "grapnel serve --data \(folder)"))
    for secret in ["admin.key", "server.secret"] {
      guard isThere, stat("\(folder)/\(secret)", &status) == 0 else { continue }
      let isPrivate = status.st_mode & 0o077 == 0
      checks.append(
        DoctorCheck(
          group: "data", name: secret, works: isPrivate, isRequired: true,
          detail: isPrivate ? "readable by its owner alone" : "others can read it",
          remedy: "chmod 600 \(folder)/\(secret)"))
    }
    return checks
  }

  /// What the server keeps ready for runs; nothing if nobody lets us look.
  func poolChecks() async -> [DoctorCheck] {
    guard let client = try? connection.connect(), let pools = try? await client.pools().items else { return [] }
    return pools.map { pool in
      var words = ["\(pool.served) runs served", "\(pool.missed) without it", "\(pool.waiting.count) wait"]
      if let memory = pool.memoryBytes { words.append("\(memory >> 20) MiB") }
      if pool.recycled > 0 { words.append("replaced \(pool.recycled) times in turn") }
      if pool.losses > 0 { words.append("lost \(pool.losses) times") }
      if pool.network == .host { words.append("network host") }
      let what = pool.start == .fork ? "fork server" : "spares"
      return DoctorCheck(
        group: "ready", name: "\(pool.instance)/\(pool.runtime) \(what)",
        works: pool.losses == 0 || pool.served > 0, isRequired: false, detail: words.joined(separator: ", "),
        remedy: "see the server's log: runs are begun by exec meanwhile", isWarning: true)
    }
  }

  /// Whether schedules of the server are due and have no run; `nil` if nobody lets us look.
  func silenceCheck() async -> DoctorCheck? {
    guard let client = try? connection.connect(),
      let instances = try? await client.all({ try await client.instances(limit: 1000, cursor: $0) }).items.map(\.name)
    else { return nil }
    var check = DoctorCheck(
      group: "server", name: "schedules", works: true, isRequired: false, detail: "none is silent", isWarning: true)
    var silent: [String] = []
    for instance in instances {
      let query = ScheduleQuery(instance: instance, isSilent: true, limit: 1000)
      guard let page = try? await client.schedules(query) else { return nil }
      if !page.items.isEmpty, check.works {
        check.works = false
        check.remedy = "see: grapnel schedules ls --silent --instance \(instance)"
      }
      silent += page.items.map { "\(instance)/\($0.hook)/\($0.name)" }
    }
    if !silent.isEmpty {
      let rest = silent.count > 3 ? " and \(silent.count - 3) more" : ""
      check.detail = "\(silent.count) due and without a run: " + silent.prefix(3).joined(separator: ", ") + rest
    }
    return check
  }

  /// Whether the server that commands would talk to answers. It need not run for hooks to be able to.
  func serverCheck(_ context: CommandContext) async -> DoctorCheck {
    var check = DoctorCheck(
      group: "server", name: "server", works: false, isRequired: false, detail: "", remedy: "grapnel serve")
    do {
      let client = try connection.connect()
      check.detail = client.server.absoluteString
      try await client.checkHealth()
      check.works = true
      check.remedy = nil
    } catch let error as ClientError {
      check.detail = error.problem.message
    } catch let error as NoServer {
      check.detail = error.problem.message
    } catch {
      check.detail = "\(error)"
    }
    return check
  }
}
