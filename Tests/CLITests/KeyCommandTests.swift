import Foundation
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

  @Test func deadLettersAreRemovedAndRedriven() async throws {
    let path = "/api/v1/dead-letters/\(Samples.runID)"
    let surroundings = try Surroundings()
    let removing = FakeServer(["DELETE \(path)": .init(status: 204, body: "")])
    let removed = await surroundings.perform("dead-letters", "rm", Samples.runID.text, server: removing)
    #expect(removed == .init(status: .done, output: "", errorOutput: "dead letter \(Samples.runID) is removed\n"))
    let server = try FakeServer("POST \(path)/redrive", TraceResource(Samples.run(.queued), instance: "main"))
    let redriven = await surroundings.perform("dead-letters", "redrive", Samples.runID.text, server: server)
    #expect(redriven == .init(status: .done, output: "\(Samples.runID)\n", errorOutput: ""))
    let json = await surroundings.perform("dead-letters", "redrive", Samples.runID.text, "--json", server: server)
    try Snapshot.expect(json.output, "dead-letters-redrive.json")
  }

  @Test func redrivingAllGoesOnWhereOneCannotBeRedriven() async throws {
    let other = ID<Run>("01kak0000000000000000000r2")!
    var second = Samples.run(.failed)
    second.id = other
    let letters = [Samples.run(.failed), second].map {
      DeadLetterResource($0, diedAt: Samples.ago(60), instance: "main")
    }
    let text = { (value: any Encodable) in String(decoding: try JSONEncoder().encode(value), as: UTF8.self) }
    let refusal = ProblemResource(error: Problem(.conflict, "its input was cut"))
    let server = FakeServer([
      "GET /api/v1/dead-letters": .init(body: try text(Page(items: letters))),
      "POST /api/v1/dead-letters/\(Samples.runID)/redrive": .init(status: 409, body: try text(refusal)),
      "POST /api/v1/dead-letters/\(other)/redrive": .init(
        status: 202, body: try text(TraceResource(second, instance: "main"))),
    ])
    let outcome = try await Surroundings().perform("dead-letters", "redrive", "--all", server: server)
    #expect(outcome.status == .failed)
    #expect(outcome.output == "\(other)\n")
    #expect(outcome.errorOutput == "\(Samples.runID) stays: its input was cut\n")
    let nothing = try await Surroundings().perform("dead-letters", "redrive", "--all", other.text, server: server)
    #expect(nothing.status == .usage)
    let none = FakeServer(["GET /api/v1/dead-letters": .init(body: #"{"items":[]}"#)])
    let mistyped = try await Surroundings().perform("dead-letters", "redrive", "--hook", "wrok", server: none)
    #expect(mistyped == .init(status: .done, output: "", errorOutput: "no dead letters of a hook wrok\n"))
  }

  @Test func cancelPrintsWhatBecameOfTheRun() async throws {
    let server = try FakeServer("POST /api/v1/runs/\(Samples.runID)/cancel", Samples.trace(.cancelled))
    let outcome = try await Surroundings().perform("traces", "cancel", Samples.runID.text, server: server)
    #expect(outcome.output == "\(Samples.runID) cancelled\n")
  }
}
