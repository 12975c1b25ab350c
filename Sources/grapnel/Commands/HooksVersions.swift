import ArgumentParser
import GrapnelClient
import Model

/// `grapnel hooks versions`.
struct HooksVersions: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "versions", abstract: "List the versions of a hook, newest first.")

  @Argument(help: "The hook's name.")
  var hook: String

  @Option(help: ArgumentHelp("At most that many, from 1 to 1000.", valueName: "number"))
  var limit = 20

  @Option(help: ArgumentHelp("Go on after the page before, by its next_cursor.", valueName: "cursor"))
  var cursor: String?

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func validate() throws {
    guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000") }
  }

  func run() async throws {
    let context = CommandContext.current
    let page = try await connection.connect(instance: scope.instance).versions(
      ofHook: hook, limit: limit, cursor: cursor)
    context.console.print(
      isJSON ? JSONText.pretty(page) : Self.table(page.items, context.console, now: context.clock.now))
  }

  static func table(_ versions: [VersionResource], _ console: Console, now: Timestamp) -> String {
    var table = Table("VERSION", "ACTIVE", "FROM", "BY", "MADE", "FILES", "SIZE", "BUNDLE")
    for version in versions {
      table.append(
        .init(String(version.number)), .init(version.active ? "active" : "", .green), .init(version.origin.rawValue),
        .init(version.actor), .init(Measure.age(version.createdAt, now: now)), .init(String(version.bundle.fileCount)),
        .init(Measure.bytes(version.bundle.size)), .init(String(version.bundle.hash.prefix(12))))
    }
    return table.text(console, empty: "no versions")
  }
}
