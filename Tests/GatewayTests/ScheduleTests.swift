import Content
import Engine
import Foundation
import Identity
import Model
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct ScheduleTests {
  private static func make(
    _ gateway: TestGateway, _ body: String, key: String = "main-editor"
  ) async throws -> RawResponse {
    try await gateway.request("POST", "/api/v1/schedules", key: key, body: body)
  }

  private static func schedule(_ gateway: TestGateway, _ body: String) async throws -> (id: String, json: JSONValue) {
    let answer = try await make(gateway, body)
    #expect(answer.status == 201, "\(answer.text)")
    let json = try answer.json()
    return (json["id"]?.stringValue ?? "", json)
  }

  @Test func makingShowingAndListing() async throws {
    try await TestGateway.with { gateway in
      let answer = try await Self.make(
        gateway,
        #"{"hook": "hello", "name": "nightly", "cron": "30 2 * * *", "zone": "Europe/Berlin", "payload": {"a": 1}}"#)
      #expect(answer.status == 201)
      let made = try answer.json()
      let id = try #require(made["id"]?.stringValue)
      #expect(answer.header("location") == "/api/v1/schedules/\(id)")
      #expect(made["hook"] == "hello" && made["name"] == "nightly" && made["origin"] == "api")
      #expect(made["cron"] == "30 2 * * *" && made["zone"] == "Europe/Berlin" && made["payload"] == ["a": 1])
      #expect(made["overlap"] == "skip" && made["missed"] == "once" && made["tolerance"] == "10s")
      #expect(made["words"] == "at 02:30 every day, UTC", "the clocks are those of UTC")
      #expect(made["next"]?["local"]?.stringValue?.contains("T02:30:00") == true)
      #expect(made["state"]?["fired"] == 0 && made["revision"] == 1)
      let shown = try await gateway.request("GET", "/api/v1/schedules/\(id)", key: "main-viewer")
      #expect(try shown.json() == made)
      for number in 1...3 {
        _ = try await Self.schedule(gateway, #"{"hook": "open", "every": "\#(number)m"}"#)
      }
      let first = try await gateway.request("GET", "/api/v1/schedules?limit=3", key: "main-viewer").json()
      #expect(first["items"]?.arrayValue?.map { $0["name"] } == ["nightly", "every-1m", "every-2m"])
      let cursor = try #require(first["next_cursor"]?.stringValue)
      let rest = try await gateway.request("GET", "/api/v1/schedules?limit=3&cursor=\(cursor)", key: "main-viewer")
      #expect(try rest.json()["items"]?.arrayValue?.map { $0["name"] } == ["every-3m"])
      #expect(try rest.json()["next_cursor"] == nil)
      let names = { (query: String) in
        try await gateway.request("GET", "/api/v1/schedules?\(query)", key: "main-viewer").json()["items"]?.arrayValue?
          .count
      }
      #expect(try await names("hook=open") == 3)
      #expect(try await names("enabled=false") == 0)
      #expect(try await names("silent=true") == 0)
      for query in ["enabled=yes", "silent=1", "cursor=x", "limit=0"] {
        #expect(try await gateway.request("GET", "/api/v1/schedules?\(query)", key: "main-viewer").status == 400)
      }
      #expect(try await gateway.request("GET", "/api/v1/schedules?hook=none", key: "main-viewer").status == 404)
      #expect(try await gateway.request("GET", "/api/v1/schedules/\(id)", key: "other-admin").status == 404)
      #expect(try await gateway.request("GET", "/api/v1/schedules/hello", key: "main-admin").status == 404)
    }
  }

  /// Each names the member and its rule, and nothing is stored.
  @Test(arguments: [
    ("{}", "/hook", "required"), (#"{"hook": "helo", "every": "1m"}"#, "/hook", "the name of a hook of the instance"),
    (#"{"hook": "No Name", "every": "1m"}"#, "/hook", "the name of a hook of the instance"),
    (#"{"hook": 1, "every": "1m"}"#, "/hook", "a string"),
    (#"{"hook": "hello"}"#, "body", "one of every, cron and at"),
    (#"{"hook": "hello", "evry": "1m"}"#, "/evry", "one of"),
    (#"{"hook": "hello", "every": "0s"}"#, "/every", "from 1s to 3650d"),
    (#"{"hook": "hello", "every": 10}"#, "/every", "from 1s to 3650d"),
    (#"{"hook": "hello", "every": "1m", "cron": "@daily"}"#, "/cron", "one of every, cron and at"),
    (#"{"hook": "hello", "cron": "0 0 30 2 *"}"#, "/cron", "a day that at least one of the months has"),
    (#"{"hook": "hello", "cron": "@daily", "zone": "Mars/Base"}"#, "/zone", "a name of the database"),
    (#"{"hook": "hello", "at": "2001-01-01T00:00:00Z"}"#, "/at", "after now"),
    (#"{"hook": "hello", "at": "noon"}"#, "/at", "an RFC 3339 time"),
    (#"{"hook": "hello", "every": "1m", "end": "2001-01-01T00:00:00Z"}"#, "/end", "a slot after now"),
    (
      #"{"hook": "hello", "every": "1m", "start": "2030-01-01T00:00:00Z", "end": "2029-01-01T00:00:00Z"}"#, "/end",
      "after 2030"
    ),
    (#"{"hook": "hello", "every": "1m", "jitter": "2m"}"#, "/jitter", "less than 1m"),
    (#"{"hook": "hello", "every": "1m", "overlap": "stack"}"#, "/overlap", "one of skip, queue"),
    (#"{"hook": "hello", "every": "1m", "missed": "none"}"#, "/missed", "once"),
    (#"{"hook": "hello", "every": "1m", "tolerance": "0s"}"#, "/tolerance", "from 1s to 1d"),
    (#"{"hook": "hello", "every": "1m", "disable_after": 0}"#, "/disable_after", "a whole number from 1"),
    (#"{"hook": "hello", "every": "1m", "on_failure": "A B"}"#, "/on_failure", "1 to 63 characters"),
    (#"{"hook": "hello", "every": "1m", "on_recovery": 3}"#, "/on_recovery", ""),
    (#"{"hook": "hello", "every": "1m", "name": "A"}"#, "/name", "1 to 63 characters"),
    (#"{"hook": "hello", "every": "1m", "enabled": 1}"#, "/enabled", "true or false"),
    (#"{"hook": "typed", "every": "1m", "payload": {"tag": 1}}"#, "/payload/tag", "type: array"),
  ])
  func badInput(body: String, field: String, rule: String) async throws {
    try await TestGateway.with { gateway in
      let answer = try await Self.make(gateway, body)
      #expect(answer.status == 400, "\(answer.text)")
      let problem = try answer.json()["error"]
      #expect(problem?["field"]?.stringValue == field)
      let told = problem?["rule"]?.stringValue ?? ""
      #expect(rule.isEmpty || told.contains(rule), "\(answer.text)")
      #expect(gateway.store.memorySchedules.all.isEmpty)
    }
  }

  @Test func aNameIsTakenOnce() async throws {
    try await TestGateway.with { gateway in
      _ = try await Self.schedule(gateway, #"{"hook": "hello", "every": "1m"}"#)
      let again = try await Self.make(gateway, #"{"hook": "hello", "every": "1m"}"#)
      #expect(again.status == 409)
      #expect(try again.json()["error"]?["field"] == "/name")
      #expect(try again.json()["error"]?["hint"] == "give it a name of its own")
      _ = try await Self.schedule(gateway, #"{"hook": "hello", "name": "b", "every": "1m"}"#)
    }
  }

  @Test func changing() async throws {
    try await TestGateway.with { gateway in
      let (id, _) = try await Self.schedule(
        gateway, #"{"hook": "hello", "every": "1m", "align": "creation", "payload": 1, "overlap": "allow"}"#)
      let patch = { (body: String) in
        try await gateway.request("PATCH", "/api/v1/schedules/\(id)", key: "main-editor", body: body)
      }
      let slower = try await patch(#"{"every": "2m", "payload": null, "tolerance": "1m"}"#).json()
      #expect(slower["every"] == "2m" && slower["payload"] == nil && slower["tolerance"] == "1m")
      #expect(slower["align"] == "creation" && slower["overlap"] == "allow" && slower["name"] == "every-1m")
      let other = try await patch(#"{"cron": "@daily"}"#).json()
      #expect(other["cron"] == "@daily" && other["every"] == nil && other["align"] == nil)
      let off = try await patch(#"{"enabled": false}"#).json()
      #expect(off["enabled"] == false && off["next"] == nil && off["cron"] == "@daily")
      let both = try await patch(#"{"every": "1m", "at": "2030-01-01T00:00:00Z"}"#)
      #expect(try both.status == 400 && both.json()["error"]?["field"] == "/at")
      #expect(try await patch(#"{"cron": null}"#).json()["error"]?["field"] == "body")
      #expect(try await patch(#"{"zone": "Mars/Base"}"#).json()["error"]?["field"] == "/zone")
      #expect(try await patch(#"{"at": "2001-01-01T00:00:00Z"}"#).json()["error"]?["field"] == "/at")
      #expect(try await patch(#"{"hook": "open"}"#).status == 400)
      #expect(try await patch(#"{"tolerance": "5s", "expected_revision": 99}"#).status == 409)
      let revision = try await patch("{}").json()["revision"]?.intValue ?? 0
      #expect(try await patch(#"{"tolerance": "5s", "expected_revision": \#(revision)}"#).status == 200)
      #expect(try await gateway.request("DELETE", "/api/v1/schedules/\(id)", key: "main-editor").status == 204)
      #expect(try await patch("{}").status == 404)
      #expect(gateway.store.memorySchedules.all.isEmpty)
    }
  }

  @Test func whatIsPastStaysWhenSomethingElseIsChanged() async throws {
    try await TestGateway.with { gateway in
      let (id, _) = try await Self.schedule(
        gateway, #"{"hook": "hello", "at": "\#((gateway.clock.now + .seconds(60)).rfc3339)"}"#)
      gateway.clock.advance(by: .seconds(120))
      let shown = try await gateway.request(
        "PATCH", "/api/v1/schedules/\(id)", key: "main-editor", body: #"{"description": "was it"}"#)
      #expect(try shown.status == 200 && shown.json()["next"] == nil)
    }
  }

  @Test func whatAHookDeclaresIsNotChangedHere() async throws {
    try await TestGateway.with { gateway in
      let (id, _) = try await Self.schedule(gateway, #"{"hook": "hello", "every": "1m"}"#)
      var declared = try #require(gateway.store.memorySchedules.all.first)
      declared.origin = .manifest
      gateway.store.memorySchedules.put(declared)
      let target = "/api/v1/schedules/\(id)"
      let change = try await gateway.request("PATCH", target, key: "main-editor", body: #"{"every": "2m"}"#)
      #expect(change.status == 409)
      #expect(try change.json()["error"]?["hint"]?.stringValue?.contains("hook.yaml") == true)
      #expect(try await gateway.request("DELETE", target, key: "main-editor").status == 409)
      let disable = try await gateway.request("PATCH", target, key: "main-editor", body: #"{"enabled": false}"#)
      #expect(try disable.status == 200 && disable.json()["enabled"] == false)
    }
  }

  @Test func nextSlotsPage() async throws {
    try await TestGateway.with { gateway in
      let (id, _) = try await Self.schedule(
        gateway,
        #"{"hook": "hello", "every": "1h", "start": "2030-01-01T00:00:00Z", "end": "2030-01-01T05:00:00Z", "jitter": "1m"}"#
      )
      let slots = { (query: String) in
        try await gateway.request("GET", "/api/v1/schedules/\(id)/next\(query)", key: "main-viewer").json()
      }
      let all = try await slots("")
      #expect(all["items"]?.arrayValue?.count == 5 && all["next_cursor"] == nil)
      #expect(all["items"]?.arrayValue?.first?["moment"] == "2030-01-01T00:00:00.000000Z")
      let two = try await slots("?limit=2")
      let cursor = try #require(two["next_cursor"]?.stringValue)
      let rest = try await slots("?limit=3&cursor=\(cursor)")
      #expect((two["items"]?.arrayValue ?? []) + (rest["items"]?.arrayValue ?? []) == all["items"]?.arrayValue)
      #expect(rest["next_cursor"] == nil)
      #expect(try await slots("?after=2030-01-01T03:00:00Z")["items"]?.arrayValue?.count == 1)
      #expect(try await slots("?cursor=x")["error"]?["field"] == "cursor")
      #expect(try await slots("?after=soon")["error"]?["field"] == "after")
    }
  }

  @Test func runningByHand() async throws {
    try await TestGateway.with { gateway in
      let (id, _) = try await Self.schedule(gateway, #"{"hook": "hello", "every": "1h", "payload": {"a": 1}}"#)
      let answer = try await gateway.request("POST", "/api/v1/schedules/\(id)/runs", key: "main-invoker")
      #expect(answer.status == 202)
      let invocation = try #require(gateway.runs.invocations.first)
      #expect(invocation.isAsynchronous && invocation.payload == ["a": 1])
      #expect(invocation.cause.kind == .manual && invocation.cause.schedule?.text == id)
      #expect(invocation.cause.slot == nil && invocation.cause.key != nil)
      let list = { (query: String) in
        try await gateway.request("GET", "/api/v1/runs?schedule=\(query)", key: "main-viewer")
      }
      let listed = try await list(id).json()["items"]?.arrayValue
      #expect(listed?.count == 1 && listed?.first?["cause"]?["schedule"]?.stringValue == id)
      #expect(try await list(ID<Schedule>(at: gateway.clock.now).text).json()["items"] == [])
      #expect(try await list("x").json()["error"]?["field"] == "schedule")
    }
  }

  @Test func stateAndRunsAreShown() async throws {
    try await TestGateway.with { gateway in
      let (id, _) = try await Self.schedule(gateway, #"{"hook": "hello", "every": "1h"}"#)
      var schedule = try #require(gateway.store.memorySchedules.all.first)
      let (now, run) = (gateway.clock.now, ID<Run>(at: gateway.clock.now))
      gateway.store.put(
        Run(
          id: run, instance: gateway.main.id, serial: 1, hook: schedule.hook, hookName: "hello", bundleHash: "b",
          definition: HookDefinition(runtime: "bash", entry: "main.sh"),
          cause: RunCause(kind: .schedule, schedule: schedule.id, slot: now), status: .failed, queuedAt: now))
      schedule.state = ScheduleState(
        decidedThrough: now, due: now, waiting: now, lastSlot: now, lastRun: run, fired: 3, skipped: 2, missed: 1,
        failures: 4, silentSince: now)
      schedule.disabledReason = "4 runs in a row have failed"
      schedule.isEnabled = false
      gateway.store.memorySchedules.put(schedule)
      let shown = try await gateway.request("GET", "/api/v1/schedules/\(id)", key: "main-viewer").json()
      #expect(
        shown["state"] == [
          "last_slot": .string(now.rfc3339), "last_run": .string(run.text), "last_status": "failed",
          "waiting": .string(now.rfc3339), "fired": 3, "skipped": 2, "missed": 1, "failures": 4,
          "silent_since": .string(now.rfc3339),
        ])
      #expect(shown["disabled_reason"] == "4 runs in a row have failed" && shown["next"] == nil)
      let resource = try JSONDecoder().decode(ScheduleResource.self, from: Data(shown.serializedBytes))
      #expect(try JSONValue(parsing: Array(JSONEncoder().encode(resource))) == shown, "it is read as it is written")
      let trace = try await gateway.request("GET", "/api/v1/runs/\(run)", key: "main-viewer").json()
      #expect(trace["cause"] == ["kind": "schedule", "schedule": .string(id), "slot": .string(now.rfc3339)])
    }
  }

  /// A slot that jitter has put off is still the next one when its moment has passed.
  @Test func nextIsTheFirstThatIsNotDecided() async throws {
    try await TestGateway.with { gateway in
      let (id, made) = try await Self.schedule(gateway, #"{"hook": "hello", "every": "10h", "jitter": "9h"}"#)
      let moment = try #require(made["next"]?["moment"]?.stringValue.flatMap { Timestamp(rfc3339: $0) })
      let due = try #require(made["next"]?["due"]?.stringValue.flatMap { Timestamp(rfc3339: $0) })
      #expect(due > moment, "the test needs a slot that is put off")
      gateway.clock.advance(by: moment - gateway.clock.now + .microseconds((due - moment).wholeMicroseconds / 2))
      let shown = try await gateway.request("GET", "/api/v1/schedules/\(id)", key: "main-viewer").json()
      #expect(shown["next"] == made["next"])
      gateway.clock.advance(by: .seconds(36_000))
      let later = try await gateway.request("GET", "/api/v1/schedules/\(id)", key: "main-viewer").json()
      #expect(later["next"]?["moment"]?.stringValue ?? "" > moment.rfc3339)
    }
  }

  @Test func aZoneThatIsGoneIsAProblemAndNoError() async throws {
    try await TestGateway.with { gateway in
      let (id, _) = try await Self.schedule(gateway, #"{"hook": "hello", "cron": "@daily"}"#)
      var schedule = try #require(gateway.store.memorySchedules.all.first)
      schedule.definition.rule.zone = "Mars/Base"
      gateway.store.memorySchedules.put(schedule)
      let shown = try await gateway.request("GET", "/api/v1/schedules/\(id)", key: "main-viewer")
      #expect(try shown.status == 200 && shown.json()["problem"]?["field"] == "zone")
      #expect(try await gateway.request("GET", "/api/v1/schedules/\(id)/next", key: "main-viewer").status == 400)
    }
  }
}
