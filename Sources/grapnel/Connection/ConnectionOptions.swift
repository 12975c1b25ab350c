import ArgumentParser
import Foundation
import GrapnelClient

/// The options of every command that talks to a server.
struct ConnectionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The data folder of the server to talk to.", valueName: "folder"))
  var data: String?

  @Flag(help: "Print JSON, errors included.")
  var json = false

  /// A client for the server that the options and the environment name.
  func connect(instance: String? = nil) throws -> Client {
    let context = CommandContext.current
    let address = try ServerAddress.find(data: data, in: context)
    if let host = address.url.host, ["127.0.0.1", "localhost", "[::1]", "::1"].contains(host) {
      // A proxy has no business with what stays on this machine, and libcurl asks the environment alone.
      let others = context.environment["no_proxy"].map { "," + $0 } ?? ""
      setenv("no_proxy", "127.0.0.1,localhost,::1" + others, 1)
    }
    return Client(server: address.url, key: address.key, instance: instance, transport: context.makeTransport())
  }
}
