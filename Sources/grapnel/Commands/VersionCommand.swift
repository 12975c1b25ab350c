import ArgumentParser

/// Prints the version of this program; talks to nobody.
struct VersionCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Print the version of this program.")

  /// The shape of `--json`.
  struct Report: Encodable {
    var name: String
    var version: String
  }

  @Flag(help: "Print JSON.")
  var json = false

  var isJSON: Bool { json }

  func run() async throws {
    let report = Report(name: "grapnel", version: ProductVersion.text)
    CommandContext.current.console.print(json ? JSONText.pretty(report) : "\(report.name) \(report.version)")
  }
}
