import Foundation
import GrapnelClient
import Model
import Testing

@testable import grapnel

struct EnvCommandTests {
  private static let variables = [
    VariableResource(
      instance: "main", kind: "config", name: "limits", value: ["a": [1, 2]], secret: false,
      updatedAt: Samples.ago(60)),
    VariableResource(
      instance: "main", kind: "env", name: "COLOUR", value: "red \u{1B}[31m", secret: false,
      updatedAt: Samples.ago(4000)),
    VariableResource(
      instance: "main", kind: "env", name: "STRIPE_KEY", value: nil, secret: true, updatedAt: Samples.ago(90_000)),
  ]

  @Test func listShowsNoSecrets() async throws {
    let server = try FakeServer("GET /api/v1/env", Page(items: Self.variables))
    let surroundings = try Surroundings()
    try Snapshot.expect(
      await surroundings.perform("env", "ls", "--hook", "hello", server: server).output, "env-ls.txt")
    #expect(server.requests[0].url.query == "hook=hello&limit=1000")
    try Snapshot.expect(await surroundings.perform("env", "ls", "--json", server: server).output, "env-ls.json")
  }

  @Test func setSendsTheValue() async throws {
    let server = try FakeServer("PUT /api/v1/env/COLOUR", Self.variables[1])
    let surroundings = try Surroundings()
    let outcome = await surroundings.perform("env", "set", "COLOUR=red=green", "--hook", "hello", server: server)
    #expect(outcome.status == .done && outcome.output == "")
    #expect(outcome.errorOutput == "the variable COLOUR of all hooks of main is set\n")
    #expect(
      try JSONValue(parsing: server.requests[0].body ?? []) == [
        "value": "red=green", "secret": false, "hook": "hello", "kind": "env",
      ])
    let json = await surroundings.perform("env", "set", "COLOUR=", "--json", server: server)
    try Snapshot.expect(json.output, "env-set.json")
  }

  @Test(
    arguments: [("3", 3), (#"{"a": [1]}"#, ["a": [1]]), ("text", "text"), (#""3""#, "3"), ("", "")]
      as [(String, JSONValue)])
  func configIsJSONOrElseText(text: String, value: JSONValue) async throws {
    let server = try FakeServer("PUT /api/v1/env/limits", Self.variables[0])
    _ = try await Surroundings().perform("env", "set", "limits=\(text)", "--config", server: server)
    #expect(
      try JSONValue(parsing: server.requests[0].body ?? []) == ["value": value, "secret": false, "kind": "config"])
  }

  @Test(arguments: ["sk_live_1", "sk_live_1\n", "sk_live_1\r\n"])
  func aSecretComesFromStandardInput(input: String) async throws {
    let server = try FakeServer("PUT /api/v1/env/STRIPE_KEY", Self.variables[2])
    let outcome = try await Surroundings().perform(
      "env", "set", "STRIPE_KEY", "--secret", input: input, server: server)
    #expect(outcome.errorOutput == "the secret STRIPE_KEY of all hooks of main is set\n")
    #expect(
      try JSONValue(parsing: server.requests[0].body ?? []) == ["value": "sk_live_1", "secret": true, "kind": "env"])
  }

  @Test func aSecretIsNeverTakenFromTheCommandLine() async throws {
    let server = FakeServer([:])
    let outcome = try await Surroundings().perform("env", "set", "KEY=hush", "--secret", server: server)
    #expect(outcome.status == .usage && server.requests.isEmpty)
    #expect(outcome.errorOutput.contains("can be read by everybody on this machine"))
    #expect(!outcome.errorOutput.contains("hush"))
  }

  @Test func removeNamesTheLevel() async throws {
    let server = FakeServer(["DELETE /api/v1/env/A": .init(status: 204, body: "")])
    let outcome = try await Surroundings().perform("env", "rm", "A", "--hook", "hello", "--config", server: server)
    #expect(outcome == .init(status: .done, output: "", errorOutput: "A is removed\n"))
    #expect(server.requests[0].url.query == "hook=hello&kind=config")
  }
}
