import ArgumentParser
import Content
import Foundation
import GrapnelClient
import Model

/// `grapnel deploy`.
struct Deploy: ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Send hooks to the server, which checks them and makes them live.",
    discussion: """
      PATH is the folder of a hook (with a hook.yaml), a single file, or a folder of hooks; then all of them are \
      checked before the first is deployed. What the server takes stays, whatever its own folder of hooks has, until \
      the files under that name change there.
      """)

  /// The shape of `--json`.
  struct Report: Encodable {
    var items: [DeploymentResource]
  }

  @Argument(help: "A folder of a hook, a single file, or a folder of hooks.", completion: .file())
  var path: String

  @Option(help: "The hook's name, if it is not that of the folder or file.")
  var name: String?

  @Flag(help: "Show what would be changed, and change nothing.")
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "Refuse unless this version is active; 0 if the hook must not be there yet.", valueName: "number"))
  var expect: Int64?

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func validate() throws {
    if let expect, expect < 0 { throw ValidationError("--expect must not be negative") }
  }

  func run() async throws {
    let context = CommandContext.current
    var sources = try HookSource.read(at: context.absolute(path))
    if name != nil || expect != nil, sources.count > 1 {
      throw ValidationError("--name and --expect are for one hook, and \(path) has \(sources.count)")
    }
    if let name { sources = sources.map { $0.renamed(name) } }
    let client = try connection.connect(instance: scope.instance)
    if sources.count > 1, !dryRun {
      // What one of them has wrong shall not leave the others half deployed.
      for source in sources { _ = try await send(source, to: client, isDryRun: true) }
    }
    var outcomes: [DeploymentResource] = []
    for source in sources {
      let outcome = try await send(source, to: client, isDryRun: dryRun)
      outcomes.append(outcome)
      if !isJSON { context.console.print(DeploymentText.describe(outcome, context.console)) }
    }
    if isJSON { context.console.print(JSONText.pretty(Report(items: outcomes))) }
  }

  private func send(_ source: HookSource, to client: Client, isDryRun: Bool) async throws -> DeploymentResource {
    do {
      return try await client.deploy(
        hook: source.name,
        files: source.files.map {
          DeployedFile(path: $0.path, content: Data($0.bytes), executable: $0.isExecutable)
        }, isDryRun: isDryRun, expectedVersion: expect)
    } catch ClientError.refused(var resource, let status) {
      resource.error.file = resource.error.file.map { place($0, of: source) }
      throw ClientError.refused(resource, status: status)
    }
  }

  /// A file of the server's words as it is called here: the server knows the hook's name, not where its files lie.
  private func place(_ file: String, of source: HookSource) -> String {
    let base = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let isInside = URL(fileURLWithPath: CommandContext.current.absolute(base)).lastPathComponent != source.entry
    let own = isInside && base != "." ? "\(base)/\(source.entry)" : base
    if file == source.name || file == source.entry { return own }
    guard file.hasPrefix(source.name + "/") else { return file }
    return own + file.dropFirst(source.name.count)
  }
}
