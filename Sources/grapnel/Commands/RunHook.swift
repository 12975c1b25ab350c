import ArgumentParser
import GrapnelClient
import Model

/// `grapnel run`.
struct RunHook: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a hook and print what it gives out.",
    discussion: """
      The hook's output goes to standard output byte for byte, its log to standard error. The exit status is 0 when \
      the run succeeded and 1 when it did not. With --async it prints the run's id as soon as the run is safely queued.
      """)

  @Argument(help: "The hook's name.")
  var hook: String

  @Option(
    name: [.short, .customLong("payload")],
    help: ArgumentHelp("The payload: JSON, @FILE to read it from a file, or @- from standard input.", valueName: "json")
  )
  var data = "{}"

  @Flag(name: .customLong("async"), help: "Do not wait for the run to end.")
  var isAsynchronous = false

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let payload = try PayloadOption.read(data, option: "-d", context)
    let client = try connection.connect(instance: scope.instance)
    let run = try await client.run(hook: hook, payload: payload, isAsynchronous: isAsynchronous)
    try await RunReport(isJSON: isJSON, isAsynchronous: isAsynchronous).print(run, of: client)
  }
}
