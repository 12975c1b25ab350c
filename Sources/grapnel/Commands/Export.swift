import ArgumentParser
import Foundation
import GrapnelClient
import Model

/// `grapnel export`.
struct Export: ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the definitions of an instance to a file.",
    discussion: """
      The file is JSON: the hooks with all their files at their active versions, plain variables, and the names of \
      secrets without their values. The same definitions make the same file.
      """)

  @Argument(help: "The file, which is replaced; - or nothing for standard output.", completion: .file())
  var file = "-"

  @Option(name: .customLong("hook"), help: ArgumentHelp("Only this hook; may be repeated.", valueName: "name"))
  var hooks: [String] = []

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let export = try await connection.connect(instance: scope.instance).exportInstance(hooks: hooks)
    let text = JSONText.pretty(export)
    guard file != "-" else { return context.console.print(text) }
    do {
      // It may hold what only its owner should read.
      let path = context.absolute(file)
      guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
      else { throw CocoaError(.fileWriteUnknown) }
      try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: path))
    } catch {
      throw Problem(.invalid, "the file cannot be written: \(error.localizedDescription)", file: file)
    }
    context.console.printError(
      "exported \(export.hooks.count) hooks and \(export.variables.count) variables to \(file)")
  }
}
