import ArgumentParser
import GrapnelClient
import Model

/// `grapnel events emit`.
struct EventsEmit: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "emit", abstract: "Record an event of your own, for which triggers start hooks.",
    discussion: """
      A kind is a dotted word such as report.finished; those that begin as the host's own do are refused.
      """)

  @Argument(help: ArgumentHelp("The kind of the event.", valueName: "kind"))
  var kind: String

  @Option(
    name: [.short, .customLong("payload")],
    help: ArgumentHelp(
      "Its data, an object: JSON, @FILE to read it from a file, or @- from standard input.", valueName: "json"))
  var data: String?

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let data = try data.map { try PayloadOption.read($0, option: "--payload", context) } ?? [:]
    let event = try await connection.connect(instance: scope.instance).emit(kind, data: data)
    context.console.print(isJSON ? JSONText.pretty(event) : "event \(event.sequence)")
  }
}
