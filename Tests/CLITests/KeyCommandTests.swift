import GrapnelClient
import Model
import Testing

@testable import grapnel

struct KeyCommandTests {
  @Test func createPrintsTheSecretAloneOnStandardOutput() async throws {
    let server = try FakeServer("POST /api/v1/keys", Samples.key(secret: "grk_AbCdEf"), status: 201)
    let surroundings = try Surroundings()
    let outcome = await surroundings.perform(
      "keys", "create", "ci", "--role", "invoker", "--instance", "main", "--expires", "1d", server: server)
    #expect(outcome.status == .done)
    #expect(outcome.output == "grk_AbCdEf\n")
    #expect(
      try JSONValue(parsing: server.requests[0].body ?? []) == [
        "name": "ci", "role": "invoker", "instance": "main", "expires_at": "2026-11-22T12:00:00.000000Z",
      ])
    let json = await surroundings.perform("keys", "create", "ci", "--role", "admin", "--json", server: server)
    try Snapshot.expect(json.output, "keys-create.json")
  }

  @Test func removeAsksForThatKey() async throws {
    let server = FakeServer(["DELETE /api/v1/keys/\(Samples.keyID)": .init(status: 204, body: "")])
    let outcome = try await Surroundings().perform("keys", "rm", Samples.keyID.text, server: server)
    #expect(outcome == .init(status: .done, output: "", errorOutput: "key \(Samples.keyID) is removed\n"))
  }

  @Test func cancelPrintsWhatBecameOfTheRun() async throws {
    let server = try FakeServer("POST /api/v1/runs/\(Samples.runID)/cancel", Samples.trace(.cancelled))
    let outcome = try await Surroundings().perform("traces", "cancel", Samples.runID.text, server: server)
    #expect(outcome.output == "\(Samples.runID) cancelled\n")
  }
}
