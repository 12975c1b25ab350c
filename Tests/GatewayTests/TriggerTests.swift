import Identity
import Model
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct TriggerTests {
  private static func make(
    _ gateway: TestGateway, _ body: String, key: String = "main-editor"
  ) async throws -> RawResponse {
    try await gateway.request("POST", "/api/v1/triggers", key: key, body: body)
  }

  @Test func aLife() async throws {
    try await TestGateway.with { gateway in
      let answer = try await Self.make(
        gateway,
        #"{"hook": "hello", "class": "scores", "on": ["create"], "if": {"new": {"points": {"min": 100}}}}"#)
      #expect(answer.status == 201, "\(answer.text)")
      let made = try answer.json()
      let id = try #require(made["id"]?.stringValue)
      #expect(answer.header("location") == "/api/v1/triggers/\(id)")
      #expect(made["class"] == "scores" && made["on"] == ["create"] && made["when"] == "after")
      #expect(made["if"] == ["new": ["points": ["min": 100]]] && made["origin"] == "api" && made["enabled"] == true)
      let path = "/api/v1/triggers/\(id)"
      #expect(try await gateway.request("GET", path, key: "main-viewer").json() == made)
      let changed = try await gateway.request(
        "PATCH", path, key: "main-editor", body: #"{"event": "a.*", "on": null, "if": null, "enabled": false}"#
      ).json()
      #expect(changed["event"] == "a.*" && changed["class"] == nil && changed["enabled"] == false)
      #expect(changed["revision"] == 2)
      let stale = try await gateway.request(
        "PATCH", path, key: "main-editor", body: #"{"enabled": true, "expected_revision": 1}"#)
      #expect(stale.status == 409)
      let count = { (query: String) in
        try await gateway.request("GET", "/api/v1/triggers?\(query)", key: "main-viewer").json()["items"]?.arrayValue?
          .count
      }
      #expect(try await count("hook=hello") == 1)
      #expect(try await count("enabled=true") == 0)
      #expect(try await gateway.request("GET", path, key: "other-admin").status == 404)
      #expect(try await gateway.request("DELETE", path, key: "main-editor").status == 204)
      #expect(try await gateway.request("GET", path, key: "main-viewer").status == 404)
    }
  }

  /// Each names the member and its rule, and nothing is stored.
  @Test(arguments: [
    ("{}", "/hook", "required"), (#"{"hook": "helo", "event": "a.b"}"#, "/hook", "the name of a hook"),
    (#"{"hook": "hello"}"#, "body", "one of class, group"),
    (#"{"hook": "hello", "clas": "x"}"#, "/clas", "one of"),
    (#"{"hook": "hello", "class": "x", "event": "a.b"}"#, "/event", "one of class, group"),
    (#"{"hook": "hello", "event": "run.lost"}"#, "/event", "another first word"),
    (#"{"hook": "hello", "class": "x", "on": ["made"]}"#, "/on", "some of create"),
    (#"{"hook": "hello", "class": "x", "if": {"new": {"a": {"mn": 1}}}}"#, "/if/new/a/mn", "one of is, min"),
    (#"{"hook": "hello", "class": "x", "name": "No Name"}"#, "/name", "1 to 63"),
  ])
  func faults(_ body: String, _ field: String, _ rule: String) async throws {
    try await TestGateway.with { gateway in
      let answer = try await Self.make(gateway, body)
      #expect(answer.status == 400, "\(answer.text)")
      let problem = try answer.json()["error"]
      #expect(problem?["field"]?.stringValue == field, "\(answer.text)")
      #expect(problem?["rule"]?.stringValue?.hasPrefix(rule) == true, "\(answer.text)")
      #expect(gateway.store.memoryTriggers.all.isEmpty)
    }
  }

  @Test func whatAHookDeclaresIsItsOwn() async throws {
    try await TestGateway.with { gateway in
      let trigger = Trigger(
        id: ID(at: gateway.clock.now), instance: gateway.main.id, serial: 1, hook: ID(at: gateway.clock.now),
        hookName: "hello", name: "t", origin: .manifest, definition: TriggerDefinition(source: .event("a.b")),
        createdAt: gateway.clock.now, updatedAt: gateway.clock.now)
      gateway.store.memoryTriggers.put(trigger)
      let path = "/api/v1/triggers/\(trigger.id)"
      let redefined = try await gateway.request("PATCH", path, key: "main-editor", body: #"{"event": "c.d"}"#)
      #expect(redefined.status == 409)
      let removed = try await gateway.request("DELETE", path, key: "main-editor")
      #expect(removed.status == 409)
      let disabled = try await gateway.request("PATCH", path, key: "main-editor", body: #"{"enabled": false}"#)
      #expect(disabled.status == 200)
    }
  }

  @Test func emitting() async throws {
    try await TestGateway.with { gateway in
      let emit = { (body: String, key: String) in
        try await gateway.request("POST", "/api/v1/events", key: key, body: body)
      }
      let answer = try await emit(#"{"kind": "report.finished", "data": {"pages": 3}}"#, "main-editor")
      #expect(answer.status == 201, "\(answer.text)")
      let event = try answer.json()
      #expect(event["kind"] == "report.finished" && event["data"] == ["pages": 3] && event["sequence"] != nil)
      #expect(event["actor"]?.stringValue?.hasPrefix("key:") == true)
      for (body, field) in [
        ("{}", "/kind"), (#"{"kind": "hook.deployed"}"#, "/kind"), (#"{"kind": 1}"#, "/kind"),
        (#"{"kind": "a.b", "more": 1}"#, "/more"),
      ] {
        let refused = try await emit(body, "main-editor")
        #expect(refused.status == 400)
        #expect(try refused.json()["error"]?["field"]?.stringValue == field, "\(refused.text)")
      }
      #expect(try await emit(#"{"kind": "a.b"}"#, "main-viewer").status == 403)
    }
  }
}
