import Foundation
import GrapnelClient
import Model
import Testing

@testable import grapnel

struct ScheduleCommandTests {
  private func expectSnapshots(_ name: String, _ arguments: [String], _ server: FakeServer) async throws {
    let surroundings = try Surroundings()
    let text = await surroundings.perform(arguments, server: server)
    #expect(text.status == .done && text.errorOutput == "")
    try Snapshot.expect(text.output, "\(name).txt")
    let json = await surroundings.perform(arguments + ["--json"], server: server)
    #expect(json.status == .done && json.errorOutput == "")
    #expect(throws: Never.self) { try JSONValue(parsing: json.output) }
    try Snapshot.expect(json.output, "\(name).json")
  }

  /// A server that has one schedule, `hello/nightly`, and knows it by its id.
  private func server(_ more: [String: any Encodable & Sendable] = [:]) throws -> FakeServer {
    var answers: [String: any Encodable & Sendable] = [
      "GET /api/v1/schedules": Page(items: [Samples.schedule()]),
      "GET /api/v1/schedules/\(Samples.scheduleID)": Samples.schedule(),
    ]
    answers.merge(more) { $1 }
    return FakeServer(
      try answers.mapValues { FakeServer.Answer(body: String(decoding: try JSONEncoder().encode($0), as: UTF8.self)) })
  }

  @Test func list() async throws {
    let items = [
      Samples.schedule(),
      Samples.schedule(
        "every-10s", ScheduleRule(.every(.seconds(10), align: .epoch)), words: "every 10 seconds", inSeconds: 4,
        lastStatus: .failed
      ) { schedule in
        schedule.state.failures = 3
        schedule.state.missed = 2
        schedule.state.skipped = 1
      },
      Samples.schedule("new", words: "every hour", inSeconds: 6 * 86_400, lastStatus: nil),
      Samples.schedule("far", words: "once, at 2028-01-01T00:00:00Z", inSeconds: 500 * 86_400, lastStatus: nil),
      Samples.schedule("over", words: "once, at 2026-11-21T11:00:00Z", inSeconds: nil),
      Samples.schedule("tired", words: "every hour", inSeconds: nil, lastStatus: .timedOut) { schedule in
        schedule.isEnabled = false
        schedule.disabledReason = "5 runs in a row have failed"
        schedule.state.failures = 5
      },
      Samples.schedule("silent\u{1B}[2J", words: "every minute", inSeconds: 50) { schedule in
        schedule.state.silentSince = Samples.ago(200)
        schedule.state.waiting = Samples.ago(70)
      },
    ]
    let server = try FakeServer("GET /api/v1/schedules", Page(items: items))
    try await expectSnapshots("schedules-ls", ["schedules", "ls", "--hook", "hello"], server)
    #expect(server.requests[0].url.query == "hook=hello&limit=1000")
    let silent = await (try Surroundings()).perform("schedules", "ls", "--silent", "--disabled", server: server)
    #expect(silent.status == .done)
    #expect(server.requests.last?.url.query == "enabled=false&silent=true&limit=1000")
  }

  @Test func nothingToList() async throws {
    let server = try FakeServer("GET /api/v1/schedules", Page<ScheduleResource>(items: []))
    let none = try await Surroundings().perform("schedules", "ls", server: server)
    #expect(none.output == "no schedules; `grapnel schedules add HOOK --every 10s` makes one\n")
    #expect(
      try await Surroundings().perform("schedules", "ls", "--silent", server: server).output
        == "no schedule is silent\n")
  }

  @Test func show() async throws {
    let everything = Samples.schedule { schedule in
      schedule.definition.rule.jitter = .seconds(60)
      schedule.definition.overlap = .queue
      schedule.definition.disableAfter = 5
      schedule.definition.onFailure = "mourner"
      schedule.definition.onRecovery = "herald"
      schedule.origin = .manifest
      schedule.state.failures = 1
      schedule.state.waiting = Samples.ago(60)
      schedule.state.silentSince = Samples.ago(60)
    }
    try await expectSnapshots(
      "schedules-show", ["schedules", "show", Samples.scheduleID.text],
      server(["GET /api/v1/schedules/\(Samples.scheduleID)": everything]))
  }

  @Test func aScheduleIsFoundByItsName() async throws {
    let server = try server()
    let shown = try await Surroundings().perform("schedules", "show", "hello/nightly", server: server)
    #expect(shown.status == .done && shown.output.contains("hello/nightly"))
    #expect(server.requests.map(\.url.query) == ["hook=hello&limit=1000", nil])
    let wrong = try await Surroundings().perform("schedules", "show", "hello/nihgtly", server: server)
    #expect(wrong.status == .notFound)
    #expect(wrong.errorOutput.contains("hint: did you mean hello/nightly?"))
  }

  @Test func add() async throws {
    let server = try FakeServer("POST /api/v1/schedules", Samples.schedule(), status: 201)
    let arguments = [
      "schedules", "add", "hello", "--cron", "30 2 * * *", "--zone", "Europe/Berlin", "--name", "nightly",
      "--payload", "{\"name\": \"Ada\"}", "--overlap", "queue", "--missed", "all:3", "--tolerance", "1m",
      "--jitter", "30s", "--start", "2026-12-01T00:00:00Z", "--end", "30d", "--disable-after", "5", "--on-failure",
      "mourner", "--on-recovery", "herald", "--description", "at night",
    ]
    try await expectSnapshots("schedules-add", arguments, server)
    #expect(
      try JSONValue(parsing: server.requests[0].body ?? []) == [
        "hook": "hello", "name": "nightly", "cron": "30 2 * * *", "zone": "Europe/Berlin", "payload": ["name": "Ada"],
        "overlap": "queue", "missed": "all:3", "tolerance": "1m", "jitter": "30s",
        "start": "2026-12-01T00:00:00.000000Z", "end": .string(Samples.ago(-30 * 86_400).rfc3339), "disable_after": 5,
        "on_failure": "mourner", "on_recovery": "herald", "description": "at night",
      ])
  }

  @Test(
    arguments: [
      (["--every", "10s", "--align", "creation"], ["every": "10s", "align": "creation"]),
      (["--at", "2026-12-24T18:00:00", "--zone", "UTC"], ["at": "2026-12-24T18:00:00", "zone": "UTC"]),
      (["--at", "2h"], ["at": .string(Samples.ago(-7200).rfc3339)]),
    ] as [([String], [String: JSONValue])])
  func times(options: [String], members: [String: JSONValue]) async throws {
    let server = try FakeServer("POST /api/v1/schedules", Samples.schedule(), status: 201)
    let outcome = try await Surroundings().perform(["schedules", "add", "hello"] + options, server: server)
    #expect(outcome.status == .done)
    let sent = try JSONValue(parsing: server.requests[0].body ?? []).objectValue
    #expect(sent == members.merging(["hook": "hello"]) { own, _ in own })
  }

  @Test func changingAndRemoving() async throws {
    let target = "/api/v1/schedules/\(Samples.scheduleID)"
    let disabled = Samples.schedule(inSeconds: nil) { $0.isEnabled = false }
    let server = try server(["PATCH \(target)": disabled])
    try await expectSnapshots("schedules-disable", ["schedules", "disable", "hello/nightly"], server)
    #expect(try JSONValue(parsing: server.requests[1].body ?? []) == ["enabled": false])
    let enabling = try self.server(["PATCH \(target)": Samples.schedule()])
    try await expectSnapshots("schedules-enable", ["schedules", "enable", "hello/nightly"], enabling)
    #expect(try JSONValue(parsing: enabling.requests[1].body ?? []) == ["enabled": true])
    let removing = FakeServer(["DELETE \(target)": .init(status: 204, body: "")])
    let removed = try await Surroundings().perform("schedules", "rm", Samples.scheduleID.text, server: removing)
    #expect(removed == .init(status: .done, output: "", errorOutput: "schedule \(Samples.scheduleID) is removed\n"))
  }

  @Test func next() async throws {
    let slots = Page(items: [30, 7200, 40 * 86_400].map { Samples.slot(inSeconds: $0) }, nextCursor: "c")
    let server = try server(["GET /api/v1/schedules/\(Samples.scheduleID)/next": slots])
    try await expectSnapshots(
      "schedules-next", ["schedules", "next", "hello/nightly", "-n", "3", "--after", "2026-12-01T00:00:00Z"], server)
    #expect(server.requests[1].url.query == "after=2026-12-01T00%3A00%3A00.000000Z&limit=3")
  }

  @Test func run() async throws {
    let trace = TraceResource(Samples.run(.queued), instance: "main")
    let server = try server(["POST /api/v1/schedules/\(Samples.scheduleID)/runs": trace])
    let outcome = try await Surroundings().perform("schedules", "run", "hello/nightly", server: server)
    #expect(outcome == .init(status: .done, output: "\(Samples.runID)\n", errorOutput: ""))
  }

  @Test func tracesOfASchedule() async throws {
    var run = Samples.run()
    run.cause = RunCause(kind: .schedule, schedule: Samples.scheduleID, slot: Samples.ago(62))
    let server = try server([
      "GET /api/v1/runs": Page(items: [TraceResource(run, instance: "main")]),
      "GET /api/v1/runs/\(run.id)": TraceResource(run, instance: "main"),
    ])
    let list = try await Surroundings().perform("traces", "ls", "--schedule", "hello/nightly", server: server)
    #expect(list.output.contains("schedule"))
    #expect(server.requests[1].url.query == "schedule=\(Samples.scheduleID)&limit=20")
    let shown = try await Surroundings().perform("traces", "show", run.id.text, server: server)
    try Snapshot.expect(shown.output, "traces-show-slot.txt")
  }

  /// The doctor tells which schedules are due and without a run; that keeps nobody from running hooks.
  @Test func doctorLooksForSilence() async throws {
    let silent = Samples.schedule { $0.state.silentSince = Samples.ago(60) }
    let healthy = ["status": "ok"]
    let instances = Page(items: [InstanceResource(Samples.instance)])
    let quiet = try server([
      "GET /healthz": healthy, "GET /api/v1/instances": instances,
      "GET /api/v1/schedules": Page<ScheduleResource>(items: []),
    ])
    let well = try await Surroundings().perform("doctor", "--json", server: quiet)
    let checks = try JSONValue(parsing: well.output)["checks"]?.arrayValue
    #expect(checks?.contains { $0["name"] == "schedules" && $0["works"] == true } == true)
    let server = try server([
      "GET /healthz": healthy, "GET /api/v1/instances": instances, "GET /api/v1/schedules": Page(items: [silent]),
    ])
    let ill = try await Surroundings().perform("doctor", server: server)
    #expect(ill.status == .done)
    #expect(ill.output.contains("WARNING schedules"))
    #expect(ill.output.contains("1 due and without a run: shop/hello/nightly"))
    #expect(ill.output.contains("grapnel schedules ls --silent --instance shop"))
  }

  @Test func theDoctorNamesThePackageOfTimeZones() {
    let missing = HostInspection.timeZones(at: "/nonexistent/zoneinfo")
    #expect(!missing.works && !missing.isRequired && missing.detail.contains("/nonexistent/zoneinfo"))
    #expect(missing.remedy?.contains("apt-get install tzdata") == true)
  }
}
