import ArgumentParser
import Foundation
import GrapnelClient
import Model

/// `grapnel import`.
struct Import: ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Apply the definitions that `grapnel export` wrote.",
    discussion: """
      All is checked before anything is changed, and the hooks are changed together or not at all; variables follow \
      one by one. Hooks and variables that the file does not name stay. A hook that would become again what it was \
      before its active version is refused.
      """)

  @Argument(help: "The file; - for standard input.", completion: .file())
  var file: String

  @Flag(help: "Show what would be changed, and change nothing.")
  var dryRun = false

  @Flag(help: "Let hooks become what they were before their active versions.")
  var allowDowngrade = false

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let outcome = try await connection.connect(instance: scope.instance).importInstance(
      try read(context), isDryRun: dryRun, allowsDowngrade: allowDowngrade)
    context.console.print(
      isJSON ? JSONText.pretty(outcome) : Self.text(outcome, context.console, instance: scope.instance))
  }

  private func read(_ context: CommandContext) throws -> JSONValue {
    let bytes: [UInt8]
    if file == "-" {
      bytes = try context.readStandardInput()
    } else if let content = FileManager.default.contents(atPath: context.absolute(file)) {
      bytes = Array(content)
    } else {
      throw Problem(.notFound, "the file cannot be read", file: file)
    }
    do {
      return try JSONValue(parsing: bytes)
    } catch var problem as Problem {
      problem.file = file
      throw problem
    }
  }

  static func text(_ outcome: ImportResource, _ console: Console, instance: String?) -> String {
    var lines = outcome.hooks.map { DeploymentText.describe($0, console) }
    for trigger in outcome.triggers {
      let name = TerminalText.escape("\(trigger.hook)/\(trigger.name)")
      lines.append("trigger \(name): \(outcome.dryRun ? "would be set" : "set")")
    }
    for schedule in outcome.schedules {
      let name = TerminalText.escape("\(schedule.hook)/\(schedule.name)")
      lines.append("schedule \(name): \(outcome.dryRun ? "would be set" : "set")")
    }
    for variable in outcome.variables {
      lines.append("\(name(variable)): \(outcome.dryRun ? "would be set" : "set")")
    }
    for secret in outcome.missingSecrets {
      lines.append(
        console.paint("\(name(secret)): the secret is missing here; set it with: \(command(secret, instance))", .yellow)
      )
    }
    return lines.isEmpty ? "the file has nothing in it" : lines.joined(separator: "\n")
  }

  private static func command(_ secret: ImportResource.Variable, _ instance: String?) -> String {
    TerminalText.escape(
      "grapnel env set \(secret.name) --secret" + (secret.hook.map { " --hook \($0)" } ?? "")
        + (instance.map { " --instance \($0)" } ?? ""))
  }

  private static func name(_ variable: ImportResource.Variable) -> String {
    TerminalText.escape("\(variable.hook.map { $0 + " " } ?? "")\(variable.kind) \(variable.name)")
  }
}
