import ArgumentParser
import GrapnelClient
import Model

/// `grapnel traces replay`.
struct TracesReplay: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Run a hook again with what an earlier run was given.",
    discussion: """
      The new run gets the recorded payload, input and request, and is answered as by `grapnel run`. A run of whose \
      input not all is on record is refused.
      """)

  @Argument(help: "The run's id.")
  var id: ID<Run>

  @Flag(name: .customLong("async"), help: "Do not wait for the run to end.")
  var isAsynchronous = false

  @Option(help: ArgumentHelp("The version that runs; without it the active one.", valueName: "number"))
  var version: Int64?

  @Flag(help: "Run the files and the definition that ran then.")
  var asRecorded = false

  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func validate() throws {
    if version != nil, asRecorded { throw ValidationError("--version and --as-recorded exclude each other") }
    if let version, version < 1 { throw ValidationError("--version must be 1 or more") }
  }

  func run() async throws {
    let client = try connection.connect()
    let choice: ReplayVersion = asRecorded ? .asRecorded : version.map(ReplayVersion.number) ?? .active
    let run = try await client.replay(id, with: choice, isAsynchronous: isAsynchronous)
    try await RunReport(isJSON: isJSON, isAsynchronous: isAsynchronous).print(run, of: client)
  }
}
