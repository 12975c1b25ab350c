import Foundation
import GrapnelClient
import Model
import Testing

@testable import grapnel

struct EventsTests {
  private static func event(_ sequence: Int64) -> EventResource {
    EventResource(
      Event(
        sequence: sequence, instance: ID(at: Samples.ago(0)), time: Samples.ago(60), kind: "hook.deployed",
        subject: Samples.hookID.text, actor: "key:\(Samples.keyID)", data: ["name": "hel\u{1B}lo", "version": 3]),
      instance: "main")
  }

  @Test func listing() async throws {
    let server = try FakeServer("GET /api/v1/events", Page(items: [Self.event(1), Self.event(2)]))
    let surroundings = try Surroundings()
    let text = await surroundings.perform("events", "--kind", "hook", "--host", "--limit", "2", server: server)
    #expect(server.requests[0].url.query == "scope=host&kind=hook&limit=2")
    try Snapshot.expect(text.output, "events.txt")
    let json = await surroundings.perform("events", "--json", server: server)
    try Snapshot.expect(json.output, "events.json")
  }

  @Test func followingGoesOnAfterTheLastEvent() async throws {
    let server = try FakeServer("GET /api/v1/events", Page(items: [Self.event(41)]))
    let outcome = try await Surroundings().perform("events", "-f", "--json", server: server)
    #expect(outcome.output == JSONText.line(Self.event(41)) + "\n")
    #expect(outcome.status == .unreachable)
    #expect(server.requests[1].url.path == "/api/v1/events/stream")
    #expect(server.requests[1].headers.contains(HeaderField(name: "Last-Event-ID", value: "41")))
  }

  @Test(
    arguments: [
      ([], ["async": false]), (["--version", "2"], ["async": false, "version": 2]),
      (["--as-recorded", "--async"], ["async": true, "as_recorded": true]),
    ] as [([String], JSONValue)])
  func replaying(arguments: [String], body: JSONValue) async throws {
    let server = try FakeServer("POST /api/v1/runs/\(Samples.runID)/replay", Samples.trace())
    let surroundings = try Surroundings()
    let outcome = await surroundings.perform(["traces", "replay", Samples.runID.text] + arguments, server: server)
    #expect(outcome.status == .done && outcome.output == "Hello, Ada!\n")
    #expect(try JSONValue(parsing: server.requests[0].body ?? []) == body)
    let json = await surroundings.perform(["traces", "replay", Samples.runID.text, "--json"], server: server)
    try Snapshot.expect(json.output, "run.json")
  }
}
