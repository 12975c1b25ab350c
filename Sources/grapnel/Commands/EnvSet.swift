import ArgumentParser
import GrapnelClient
import Model

/// `grapnel env set`.
struct EnvSet: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Set a variable, a configuration value or a secret.",
    discussion: """
      A secret is read from standard input, or asked for: `grapnel env set STRIPE_KEY --secret < key.txt`. One newline \
      at its end is not part of it. Runs see a new value from their next start on.
      """)

  @Argument(help: ArgumentHelp("NAME=VALUE, or with --secret the name alone.", valueName: "name=value"))
  var assignment: String

  @Flag(help: "Seal it; it is never shown again, and only hooks that name it under `secrets` get it.")
  var secret = false

  @Flag(help: "Set a top-level key of the configuration; VALUE is JSON, or else a text.")
  var config = false

  @Option(help: ArgumentHelp("The hook that alone gets it; without it, all hooks of the instance.", valueName: "name"))
  var hook: String?

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func validate() throws {
    let hasValue = assignment.contains("=")
    guard !(secret && config) else {
      throw ValidationError("A configuration value cannot be secret: set a variable with --secret instead.")
    }
    guard !(secret && hasValue) else {
      throw ValidationError(
        "A secret on the command line can be read by everybody on this machine, and stays in the shell's history. "
          + "Name it alone, and give its value on standard input.")
    }
    guard secret || hasValue else { throw ValidationError("The value is missing: write NAME=VALUE, or use --secret.") }
  }

  func run() async throws {
    let context = CommandContext.current
    let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let value: JSONValue
    if secret {
      value = .string(try Self.readSecret(named: assignment, context))
    } else if config {
      value = (try? JSONValue(parsing: parts[1])) ?? .string(parts[1])
    } else {
      value = .string(parts[1])
    }
    let variable = try await connection.connect(instance: scope.instance).setVariable(
      parts[0], NewVariable(value: value, secret: secret, hook: hook, kind: config ? "config" : "env"))
    guard !isJSON else { return context.console.print(JSONText.pretty(variable)) }
    let kind = variable.secret ? "secret" : config ? "configuration value" : "variable"
    let place = variable.hook.map { "the hook \($0)" } ?? "all hooks of \(variable.instance)"
    context.console.printError("the \(kind) \(variable.name) of \(place) is set")
  }

  private static func readSecret(named name: String, _ context: CommandContext) throws -> String {
    var bytes = try context.askForSecret("value of \(name): ") ?? context.readStandardInput()
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Problem(.invalid, "the secret is not UTF-8 text", hint: "encode it, such as with base64")
    }
    return text
  }
}
