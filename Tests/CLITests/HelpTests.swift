import ArgumentParser
import Testing

@testable import grapnel

struct HelpTests {
  @Test func everyHelpIsAsItsSnapshot() throws {
    var waiting: [(command: any ParsableCommand.Type, path: [String])] = [(Grapnel.self, ["grapnel"])]
    while let (command, path) = waiting.popLast() {
      let text = Grapnel.helpMessage(for: command, columns: 100)
      try Snapshot.expect(text + "\n", "help-\(path.joined(separator: "-")).txt")
      for next in command.configuration.subcommands {
        waiting.append((next, path + [next._commandName]))
      }
    }
  }

  @Test func helpGoesToStandardOutputAndErrorsDoNot() async throws {
    let surroundings = try Surroundings()
    let help = await surroundings.perform("traces", "ls", "--help")
    #expect(help.status == .done)
    #expect(help.output.contains("USAGE: grapnel traces ls"))
    #expect(help.errorOutput == "")
    let version = await surroundings.perform("--version")
    #expect(version.output == ProductVersion.text + "\n")
  }

  @Test(arguments: [
    ["hook"], ["run"], ["traces", "show", "nonsense"], ["traces", "ls", "--status", "dead"],
    ["traces", "ls", "--limit", "0"], ["traces", "ls", "--since", "yesterday"], ["keys", "create", "ci"],
    ["keys", "create", "ci", "--role", "king"], ["logs", "--limit", "-1"],
    ["schedules", "add", "hello"], ["schedules", "add", "hello", "--every", "1m", "--at", "2h"],
    ["schedules", "show", "nightly"], ["schedules", "next", "01kak0000000000000000000s1", "-n", "0"],
    ["triggers", "add", "hello"], ["triggers", "add", "hello", "--class", "a", "--event", "b"],
    ["triggers", "show", "high"], ["events", "emit"],
    ["records", "ls", "a", "--filter", "x"], ["classes", "create", "a", "--field", "x:string:requird"],
    ["env", "set", "NAME"], ["env", "set", "A=hush", "--secret"], ["env", "set", "A", "--secret", "--config"],
  ])
  func wrongCommandLinesAreUsageErrors(arguments: [String]) async throws {
    let outcome = try await Surroundings().perform(arguments)
    #expect(outcome.status == .usage)
    #expect(outcome.output == "")
    try Snapshot.expect(outcome.errorOutput, "usage-\(arguments.joined(separator: "-")).txt")
  }
}
