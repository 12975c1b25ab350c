import ArgumentParser
import GrapnelClient
import Model

/// `grapnel keys create`.
struct KeysCreate: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a key. Its secret is shown this once and never again.")

  @Argument(help: "What the key is for, in your words.")
  var name: String

  @Option(help: "What it may do, each including those before it.")
  var role: Role

  @Option(help: ArgumentHelp("The instance it is for; without it, a key of the whole host.", valueName: "name"))
  var instance: String?

  @Option(
    help: ArgumentHelp(
      "When it expires: a time such as 2026-12-31T00:00:00Z, or a span such as 30d.",
      valueName: "time"),
    transform: { try Moment.parse($0, option: "--expires", sign: 1) })
  var expires: Timestamp?

  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let console = CommandContext.current.console
    let key = try await connection.connect().createKey(
      NewKey(name: name, role: role, instance: instance, expiresAt: expires))
    guard !isJSON else { return console.print(JSONText.pretty(key)) }
    // The secret alone on standard output, so that `KEY=$(grapnel keys create …)` works.
    console.printError("key \(key.id) (\(key.role.rawValue)) is made; its secret is shown this once:")
    console.print(key.secret ?? "")
  }
}
