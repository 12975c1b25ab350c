import ArgumentParser
import Foundation
import Model

/// `grapnel serve`.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve a folder of hooks over HTTP.",
    discussion: """
      Every script in the folder is a hook, live when it is saved. The server refuses to run hooks on a machine that \
      cannot enforce the sandbox (see `grapnel doctor`). Started as root, only the launcher of sandboxes keeps root's \
      rights; the server becomes another user.
      """)

  @Argument(help: ArgumentHelp("The folder of hooks.", valueName: "hooks"))
  var hooks = "hooks"

  @Option(help: ArgumentHelp("The folder that holds all that the server keeps.", valueName: "folder"))
  var data = ".grapnel"

  @Option(help: ArgumentHelp("Where to listen (default: 127.0.0.1:8080).", valueName: "host:port"))
  var listen: ListenAddress?

  @Option(help: ArgumentHelp("The operator's configuration, a YAML file; docs/cli.md has its keys.", valueName: "file"))
  var config: String?

  func run() async throws {
    if let handover = try ServerHandover.take() {
      try await Server(handover).run()
      return
    }
    let context = CommandContext.current
    let configuration = try config.map { try ServerConfigurationReader.read(context.absolute($0)) }
    let plan = try ServerPlan(
      hooks: context.absolute(hooks), data: context.absolute(data), listen: listen,
      configuration: configuration ?? ServerConfiguration(), environment: context.environment)
    if context.userID == 0 {
      try await RootStart(plan).enter(shownHooks: hooks, shownData: data, configurationFile: config)
    }
    try DelegatedScope.enterIfPossible(context.environment)
    try await Server(
      ServerHandover(plan: plan, shownHooks: hooks, shownData: data)
    ).run()
  }
}
