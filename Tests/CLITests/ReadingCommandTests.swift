import Foundation
import GrapnelClient
import Model
import Testing

@testable import grapnel

/// What the commands that read print, as snapshots: for people, and with `--json`.
struct ReadingCommandTests {
  private func expectSnapshots(_ name: String, _ arguments: [String], _ server: FakeServer) async throws {
    let surroundings = try Surroundings()
    let text = await surroundings.perform(arguments, server: server)
    #expect(text.status == .done)
    #expect(text.errorOutput == "")
    try Snapshot.expect(text.output, "\(name).txt")
    let json = await surroundings.perform(arguments + ["--json"], server: server)
    #expect(json.status == .done)
    #expect(json.errorOutput == "")
    #expect(throws: Never.self) { try JSONValue(parsing: json.output) }
    try Snapshot.expect(json.output, "\(name).json")
  }

  @Test func version() async throws {
    try await expectSnapshots("version", ["version"], FakeServer([:]))
  }

  @Test func instancesList() async throws {
    let server = try FakeServer("GET /api/v1/instances", Page(items: [InstanceResource(Samples.instance)]))
    try await expectSnapshots("instances-ls", ["instances", "ls"], server)
  }

  @Test func instancesRename() async throws {
    let server = try FakeServer("PATCH /api/v1/instances/old", InstanceResource(Samples.instance))
    try await expectSnapshots("instances-rename", ["instances", "rename", "old", "main"], server)
    #expect(try JSONValue(parsing: server.requests[0].body ?? []) == ["name": "main"])
  }

  @Test func instancesAreRemovedOnlyWithAYes() async throws {
    let server = FakeServer(["DELETE /api/v1/instances/shop": .init(status: 204, body: "")])
    let surroundings = try Surroundings()
    let asked = await surroundings.perform("instances", "rm", "shop", server: server)
    #expect(asked.status == .usage && asked.errorOutput.contains("--yes"))
    #expect(server.requests.isEmpty)
    let done = await surroundings.perform("instances", "rm", "shop", "--yes", server: server)
    #expect(done == .init(status: .done, output: "", errorOutput: "instance shop is removed\n"))
  }

  @Test func instancesCreate() async throws {
    let server = try FakeServer("POST /api/v1/instances", InstanceResource(Samples.instance), status: 201)
    try await expectSnapshots("instances-create", ["instances", "create", "shop"], server)
    #expect(try JSONValue(parsing: server.requests[0].body ?? []) == ["name": "shop"])
  }

  @Test func hooksList() async throws {
    let server = try FakeServer("GET /api/v1/hooks", Page(items: [Samples.hook]))
    try await expectSnapshots("hooks-ls", ["hooks", "ls"], server)
    #expect(server.requests[0].url.query == "limit=1000")
    #expect(server.requests[0].headers.contains(HeaderField(name: "Authorization", value: "Bearer k")))
  }

  @Test func hooksShow() async throws {
    let server = try FakeServer("GET /api/v1/hooks/hello", Samples.hook)
    try await expectSnapshots("hooks-show", ["hooks", "show", "hello", "--instance", "other"], server)
    #expect(server.requests[0].url.query == "instance=other")
  }

  /// What decides who may call a hook, and what becomes of a failure, is there for people too.
  @Test func hooksShowHasEveryRule() async throws {
    var definition = Samples.definition
    definition.endpoint = EndpointRule(
      signature: SignatureRule(scheme: .github, secrets: ["NEW", "OLD"]),
      rate: RateRule(
        perKey: Rate(count: 100, interval: .seconds(60)), perAddress: Rate(count: 5, interval: .seconds(1))),
      cors: CORSRule(origins: ["https://app.example", "https://b.example"], allowsCredentials: true))
    definition.retries = RetryRule(max: 5, backoff: .milliseconds(1500))
    definition.onFailure = "mourner"
    definition.env["ANOTHER"] = "one\u{1B}[2J"
    let server = try FakeServer("GET /api/v1/hooks/hello", Samples.hook(declaring: definition))
    let outcome = try await Surroundings().perform("hooks", "show", "hello", server: server)
    try Snapshot.expect(outcome.output, "hooks-show-rules.txt")
  }

  @Test func tracesList() async throws {
    let failed = TraceResource(Samples.run(.failed, failure: Samples.failure), instance: "main")
    let running = TraceResource(Samples.run(.running), instance: "main")
    let page = Page(items: [running, failed, TraceResource(Samples.run(), instance: "main")], nextCursor: "c2")
    let server = try FakeServer("GET /api/v1/runs", page)
    try await expectSnapshots(
      "traces-ls",
      ["traces", "ls", "--hook", "hello", "--status", "failed", "--since", "2h", "--limit", "3"], server)
    #expect(
      server.requests[0].url.query
        == "hook=hello&status=failed&since=2026-11-21T10%3A00%3A00.000000Z&limit=3")
  }

  @Test func tracesListAsksForPagesUntilThereAreEnough() async throws {
    let page = Page(items: [TraceResource(Samples.run(), instance: "main")], nextCursor: "more")
    let server = try FakeServer("GET /api/v1/runs", page)
    let outcome = try await Surroundings().perform("traces", "ls", "--limit", "3", server: server)
    #expect(outcome.output.split(separator: "\n").count == 4)
    #expect(
      server.requests.map(\.url.query) == [
        "limit=3", "limit=2&cursor=more", "limit=1&cursor=more",
      ])
  }

  @Test func tracesShow() async throws {
    let trace = Samples.trace(.failed, failure: Samples.failure)
    try await expectSnapshots(
      "traces-show", ["traces", "show", Samples.runID.text],
      FakeServer("GET /api/v1/runs/\(Samples.runID)", trace))
  }

  @Test func tracesShowOfARetry() async throws {
    var runs = (1...3).map { number in
      var run = Samples.run(.failed, failure: Samples.failure)
      run.id = ID("01kak000000000000000000ra\(number)")!
      run.attempt = number
      run.retryOf = number == 1 ? nil : ID("01kak000000000000000000ra1")!
      return run
    }
    runs[2].status = .queued
    (runs[2].startedAt, runs[2].endedAt, runs[2].failure, runs[2].attempt) = (nil, nil, nil, 2)
    runs[2].notBefore = Samples.ago(-5)
    try await expectSnapshots(
      "traces-show-retry", ["traces", "show", runs[2].id.text],
      FakeServer(
        "GET /api/v1/runs/\(runs[2].id)", TraceResource(runs[2], instance: "main", attempts: runs)))
  }

  @Test func deadLettersList() async throws {
    var run = Samples.run(.failed, failure: Samples.failure)
    run.attempt = 4
    run.retryOf = ID("01kak000000000000000000ra1")!
    let letters = [
      DeadLetterResource(run, diedAt: Samples.ago(60), instance: "main"),
      DeadLetterResource(Samples.run(.lost), diedAt: Samples.ago(4000), instance: "main"),
    ]
    let server = try FakeServer("GET /api/v1/dead-letters", Page(items: letters))
    try await expectSnapshots("dead-letters-ls", ["dead-letters", "ls", "--hook", "hello"], server)
    #expect(server.requests[0].url.query == "hook=hello&limit=20")
  }

  @Test func logs() async throws {
    let page = Page(items: [
      Samples.message(1, .json("two\nlines \u{1B}]0;title\u{7}")), Samples.message(2, .json(["n": 1]), .warning),
      Samples.message(3, .bytes([0x66, 0xFF, 0x6F]), .error),
    ])
    let server = try FakeServer("GET /api/v1/logs", page)
    try await expectSnapshots("logs", ["logs", "hello", "--run", Samples.runID.text, "--limit", "5"], server)
    #expect(server.requests[0].url.query == "hook=hello&run=\(Samples.runID)&limit=5")
  }

  @Test func logsFollowGoesOnAfterTheLastMessage() async throws {
    let first = try FakeServer("GET /api/v1/logs", Page(items: [Samples.message(41, .json("old"))]))
    let outcome = try await Surroundings().perform("logs", "-f", "--json", server: first)
    #expect(outcome.output == JSONText.line(Samples.message(41, .json("old"))) + "\n")
    #expect(outcome.status == .unreachable)
    #expect(first.requests[1].url.path == "/api/v1/logs/stream")
    #expect(first.requests[1].headers.contains(HeaderField(name: "Last-Event-ID", value: "41")))
  }

  @Test func keysList() async throws {
    let page = Page(items: [Samples.key(), Samples.key(expiresAt: Samples.ago(5))])
    let server = try FakeServer("GET /api/v1/keys", page)
    try await expectSnapshots("keys-ls", ["keys", "ls"], server)
    #expect(server.requests[0].url.query == "limit=1000")
    _ = try await Surroundings().perform("keys", "ls", "--instance", "other", server: server)
    #expect(server.requests.last?.url.query == "instance=other&limit=1000")
  }

  @Test func metrics() async throws {
    // The hour before the tests' moment, in steps of two minutes.
    let items = [(3600, "hello", 3, 4), (1800, "hello", 40, 30), (120, "hello", 700, 2), (120, "mail", 2500, 0)].map {
      (ago, hook, milliseconds, runs) in
      var figures = RunFigures()
      figures.counts = [.succeeded: Int64(runs), .failed: 1]
      for _ in 0...runs { figures.durations.add(.milliseconds(milliseconds)) }
      figures.longestDuration = .milliseconds(milliseconds)
      figures.totalDuration = .milliseconds(milliseconds * (runs + 1))
      figures.cpuMicroseconds = Int64(runs) * 1000
      let start = Samples.ago(Double(ago)).microseconds / 120_000_000 * 120_000_000
      return MetricResource(
        RunPeriod(
          instance: ID(at: Surroundings.now), hookName: hook, start: Timestamp(microseconds: start), figures: figures))
    }
    let server = try FakeServer("GET /api/v1/metrics", Page(items: items))
    try await expectSnapshots("metrics", ["metrics"], server)
    let since = Samples.ago(3600).rfc3339.replacing(":", with: "%3A")
    #expect(server.requests[0].url.query == "since=\(since)&step=2m&limit=1000")
    _ = try await Surroundings().perform("metrics", "hello", "--since", "10m", "--instance", "other", server: server)
    #expect(server.requests.last?.url.query?.hasPrefix("instance=other&hook=hello&since=") == true)
    #expect(server.requests.last?.url.query?.contains("step=1m") == true)
    let nothing = try FakeServer("GET /api/v1/metrics", Page<MetricResource>(items: []))
    let empty = try await Surroundings().perform("metrics", server: nothing)
    #expect(empty.output.hasPrefix("no runs since"))
  }

  @Test func doctorReport() throws {
    let report = DoctorReport(
      level: "full",
      checks: [
        DoctorCheck(group: "sandbox", name: "user namespaces", works: true, isRequired: true, detail: ""),
        DoctorCheck(
          group: "sandbox", name: "landlock", works: false, isRequired: false, detail: "the kernel lacks it",
          remedy: "use Linux 5.13 or later"),
        DoctorCheck(
          group: "runtime", name: "node", works: false, isRequired: true, detail: "no /usr/bin/node",
          remedy: "apt-get install nodejs"),
      ])
    let console = Console(isColoured: false, output: { _ in }, errorOutput: { _ in })
    #expect(!report.ok)
    try Snapshot.expect(report.text(console) + "\n", "doctor.txt")
    try Snapshot.expect(JSONText.pretty(report) + "\n", "doctor.json")
  }

  @Test func emptyListsSaySo() async throws {
    let surroundings = try Surroundings()
    let noHooks = try FakeServer("GET /api/v1/hooks", Page<HookResource>(items: []))
    #expect(await surroundings.perform("hooks", "ls", server: noHooks).output.hasPrefix("no hooks yet"))
    let noRuns = try FakeServer("GET /api/v1/runs", Page<TraceResource>(items: []))
    #expect(await surroundings.perform("traces", "ls", server: noRuns).output == "no runs\n")
  }

  @Test func coloursStatusWordsOnlyWhereAsked() async throws {
    let server = try FakeServer(
      "GET /api/v1/runs", Page(items: [TraceResource(Samples.run(), instance: "main")]))
    let surroundings = try Surroundings()
    #expect(await !surroundings.perform("traces", "ls", server: server).output.contains("\u{1B}"))
    #expect(
      await surroundings.perform("traces", "ls", coloured: true, server: server).output
        .contains("\u{1B}[32msucceeded\u{1B}[0m"))
  }
}
