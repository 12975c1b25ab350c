import ArgumentParser
import GrapnelClient
import Model

/// `grapnel instances create`.
struct InstancesCreate: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make an instance. Its hooks answer at /NAME/HOOK.")

  @Argument(help: "1 to 63 characters of a-z, 0-9, - and _, the first a letter or a digit.")
  var name: String

  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let instance = try await connection.connect().createInstance(name: name)
    let console = CommandContext.current.console
    guard !isJSON else { return console.print(JSONText.pretty(instance)) }
    console.print("the instance \(instance.name) is made; its serial number is \(instance.serial)")
  }
}
