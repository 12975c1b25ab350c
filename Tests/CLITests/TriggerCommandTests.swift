import Foundation
import GrapnelClient
import Model
import Testing

@testable import grapnel

struct TriggerCommandTests {
  private func expectSnapshots(_ name: String, _ arguments: [String], _ server: FakeServer) async throws {
    let surroundings = try Surroundings()
    let text = await surroundings.perform(arguments, server: server)
    #expect(text.status == .done && text.errorOutput == "")
    try Snapshot.expect(text.output, "\(name).txt")
    let json = await surroundings.perform(arguments + ["--json"], server: server)
    #expect(json.status == .done && json.errorOutput == "")
    try Snapshot.expect(json.output, "\(name).json")
  }

  /// A server that has one trigger, `hello/high`, and knows it by its id.
  private func server(_ more: [String: any Encodable & Sendable] = [:]) throws -> FakeServer {
    var answers: [String: any Encodable & Sendable] = [
      "GET /api/v1/triggers": Page(items: [Samples.trigger()]),
      "GET /api/v1/triggers/\(Samples.triggerID)": Samples.trigger(),
    ]
    answers.merge(more) { $1 }
    return FakeServer(
      try answers.mapValues { FakeServer.Answer(body: String(decoding: try JSONEncoder().encode($0), as: UTF8.self)) })
  }

  @Test func list() async throws {
    let items = [
      Samples.trigger(), Samples.trigger("archive", TriggerDefinition(source: .event("report.*")), last: nil),
      Samples.trigger("people", TriggerDefinition(source: .account), last: .failed) { $0.isEnabled = false },
      Samples.trigger("anyone", TriggerDefinition(source: .group("*"), signals: [.delete])),
    ]
    let server = try FakeServer("GET /api/v1/triggers", Page(items: items))
    try await expectSnapshots("triggers-ls", ["triggers", "ls", "--hook", "hello"], server)
    #expect(server.requests[0].url.query == "hook=hello&limit=1000")
    let none = try FakeServer("GET /api/v1/triggers", Page<TriggerResource>(items: []))
    let empty = await (try Surroundings()).perform("triggers", "ls", "--disabled", server: none)
    #expect(empty.output == "no trigger is disabled\n")
    #expect(none.requests.last?.url.query == "enabled=false&limit=1000")
  }

  @Test func show() async throws {
    try await expectSnapshots("triggers-show", ["triggers", "show", "hello/high"], try server())
    let wrong = try await Surroundings().perform("triggers", "show", "hello/hihg", server: try server())
    #expect(wrong.status == .notFound)
    #expect(wrong.errorOutput.contains("did you mean hello/high?"))
  }

  @Test func add() async throws {
    let server = try server(["POST /api/v1/triggers": Samples.trigger()])
    let outcome = try await Surroundings().perform(
      "triggers", "add", "hello", "--class", "scores", "--on", "create", "--on", "update", "--field", "points", "--if",
      #"{"new": {"points": {"min": 100}}}"#, "--name", "high", server: server)
    #expect(outcome.status == .done, "\(outcome.errorOutput)")
    #expect(outcome.output == "hello/high: class scores: create, update of points, if\n")
    #expect(
      try JSONValue(parsing: server.requests[0].body ?? []) == [
        "hook": "hello", "name": "high", "class": "scores", "on": ["create", "update"], "fields": ["points"],
        "if": ["new": ["points": ["min": 100]]],
      ])
  }

  @Test func changing() async throws {
    let path = "/api/v1/triggers/\(Samples.triggerID)"
    let server = try server(["PATCH \(path)": Samples.trigger { $0.isEnabled = false }, "DELETE \(path)": [String]()])
    let off = try await Surroundings().perform("triggers", "disable", "hello/high", server: server)
    #expect(off.output == "hello/high: class scores: create, update of points, if; disabled\n")
    #expect(try JSONValue(parsing: server.requests.last?.body ?? []) == ["enabled": false])
    _ = try await Surroundings().perform("triggers", "enable", Samples.triggerID.text, server: server)
    #expect(try JSONValue(parsing: server.requests.last?.body ?? []) == ["enabled": true])
    let gone = try await Surroundings().perform("triggers", "rm", "hello/high", server: server)
    #expect(gone.status == .done && gone.output == "")
  }

  @Test func tracesOfATrigger() async throws {
    let server = try server(["GET /api/v1/runs": Page(items: [Samples.trace()])])
    let outcome = try await Surroundings().perform("traces", "ls", "--trigger", "hello/high", server: server)
    #expect(outcome.status == .done)
    #expect(server.requests.last?.url.query == "trigger=\(Samples.triggerID)&limit=20")
  }

  @Test func emitting() async throws {
    let event = EventResource(
      Event(
        sequence: 7, instance: ID(at: Samples.ago(0)), time: Samples.ago(60), kind: "report.finished",
        actor: "key:\(Samples.keyID)", data: ["pages": 3]), instance: "main")
    let server = try FakeServer("POST /api/v1/events", event)
    let text = try await Surroundings().perform(
      "events", "emit", "report.finished", "-d", #"{"pages": 3}"#, server: server)
    #expect(text.output == "event 7\n")
    #expect(
      try JSONValue(parsing: server.requests[0].body ?? []) == ["kind": "report.finished", "data": ["pages": 3]])
    let json = try await Surroundings().perform("events", "emit", "report.finished", "--json", server: server)
    try Snapshot.expect(json.output, "events-emit.json")
  }
}
