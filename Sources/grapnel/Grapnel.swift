import ArgumentParser
import Foundation

/// The root command: says what there is to do, and turns what went wrong into an exit status.
@main
struct Grapnel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grapnel",
    abstract: "Scripts in a folder answer HTTP requests from sandboxed subprocesses.",
    discussion: """
      Which server: GRAPNEL_SERVER (its address) and GRAPNEL_KEY (a key) say whom to talk to; without them, \
      the server that works on the data folder (--data, otherwise .grapnel here or in a folder above).

      Exit status: 0 done; 1 the run or the thing itself failed; 2 the command line or what was sent breaks a rule; \
      3 no server answers; 4 not allowed; 5 not found; 6 busy or too late, try again.
      """,
    version: ProductVersion.text,
    subcommands: [
      Serve.self, NewHook.self, Deploy.self, Export.self, Import.self, RunHook.self, Hooks.self,
      SchedulesCommand.self, TriggersCommand.self, ClassesCommand.self, RecordsCommand.self, Traces.self,
      DeadLetters.self, Logs.self, Events.self, Metrics.self,
      Env.self, Keys.self,
      Instances.self, DoctorCommand.self,
      VersionCommand.self,
    ])

  static func main() async {
    let status = await perform(Array(CommandLine.arguments.dropFirst()))
    Foundation.exit(status.rawValue)
  }

  /// Parses and runs one command line in the current `CommandContext`.
  static func perform(_ arguments: [String]) async -> CommandStatus {
    var parsed: (any ParsableCommand)?
    do {
      var command = try parseAsRoot(arguments)
      parsed = command
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      return .done
    } catch {
      return ErrorReport(error, asJSON: (parsed as? any ReportingCommand)?.isJSON ?? false).print()
    }
  }
}
