import Foundation
import GrapnelClient
import Model
import Testing

@testable import grapnel

struct DeployTests {
  private func deployment(_ hook: String, isDryRun: Bool = false) -> DeploymentResource {
    DeploymentResource(hook: hook, version: 4, changed: true, dryRun: isDryRun, difference: Samples.difference)
  }

  @Test func sendsTheFilesAndShowsTheDifference() async throws {
    let server = try FakeServer("POST /api/v1/hooks/hello/deployments", deployment("hello"))
    let surroundings = try Surroundings()
    try surroundings.write("runtime: bash\nentry: main.sh\n", to: "hooks/hello/hook.yaml")
    try surroundings.write("echo", to: "hooks/hello/lib/main.sh", mode: 0o755)
    try surroundings.write("old", to: "hooks/hello/main.sh~")
    let outcome = await surroundings.perform(
      "deploy", "hooks/hello", "--expect", "3", "--instance", "other", server: server)
    #expect(outcome.status == .done && outcome.errorOutput == "")
    try Snapshot.expect(outcome.output, "deploy.txt")
    #expect(server.requests[0].url.query == "instance=other")
    #expect(
      try JSONValue(parsing: server.requests[0].body ?? []) == [
        "dry_run": false, "expected_version": 3,
        "files": [
          [
            "path": "hook.yaml", "executable": false,
            "content": .string(Data("runtime: bash\nentry: main.sh\n".utf8).base64EncodedString()),
          ], ["path": "lib/main.sh", "executable": true, "content": "ZWNobw=="],
        ],
      ])
    let json = await surroundings.perform("deploy", "hooks/hello", "--json", server: server)
    try Snapshot.expect(json.output, "deploy.json")
  }

  @Test func aDryRunSaysSo() async throws {
    let server = try FakeServer("POST /api/v1/hooks/hi/deployments", deployment("hi", isDryRun: true))
    let surroundings = try Surroundings()
    try surroundings.write("print()", to: "hello.py")
    let outcome = await surroundings.perform("deploy", "hello.py", "--name", "hi", "--dry-run", server: server)
    try Snapshot.expect(outcome.output, "deploy-dry-run.txt")
    #expect(try JSONValue(parsing: server.requests[0].body ?? [])["dry_run"] == true)
  }

  @Test func ofAFolderOfHooksAllAreCheckedBeforeTheFirstIsDeployed() async throws {
    let server = try FakeServer("POST /api/v1/hooks/a/deployments", deployment("a"))
    let surroundings = try Surroundings()
    for name in ["a.py", "b.py", "_lib.py", "README.md"] { try surroundings.write("print()", to: "all/\(name)") }
    let outcome = await surroundings.perform("deploy", "all", server: server)
    #expect(outcome.status == .unreachable, "there is no answer for b")
    #expect(outcome.output == "")
    #expect(server.requests.map(\.url.lastPathComponent) == ["deployments", "deployments"])
    for request in server.requests { #expect(try JSONValue(parsing: request.body ?? [])["dry_run"] == true) }
    let named = await surroundings.perform("deploy", "all", "--name", "x", server: server)
    #expect(named.status == .usage)
  }

  @Test(
    arguments: [
      ("hooks/hello", nil, "hooks/hello/hook.yaml:3"), ("hooks/hello/", nil, "hooks/hello/hook.yaml:3"),
      ("hooks", nil, "hooks/hello/hook.yaml:3"), ("hooks/hello", "other", "hooks/hello/hook.yaml:3"),
    ] as [(String, String?, String)])
  func whatIsWrongIsNamedAsItIsCalledHere(path: String, name: String?, place: String) async throws {
    let hook = name ?? "hello"
    let problem = ProblemResource(
      error: Problem(.invalid, "there is no such key", field: "limts", file: "\(hook)/hook.yaml", line: 3))
    let server = try FakeServer("POST /api/v1/hooks/\(hook)/deployments", problem, status: 400)
    let surroundings = try Surroundings()
    try surroundings.write("runtime: bash\n", to: "hooks/hello/hook.yaml")
    let outcome = await surroundings.perform(
      ["deploy", path] + (name.map { ["--name", $0] } ?? []), server: server)
    #expect(outcome.status == .usage)
    #expect(outcome.errorOutput == "error: \(place): there is no such key (limts)\n")
  }

  @Test func whatIsNotThereIsNotFound() async throws {
    let outcome = try await Surroundings().perform("deploy", "nothing")
    #expect(outcome.status == .notFound)
  }

  @Test func versions() async throws {
    let page = Page(items: [Samples.version(2, isActive: true), Samples.version(1)], nextCursor: "1")
    let server = try FakeServer("GET /api/v1/hooks/hello/versions", page)
    let surroundings = try Surroundings()
    let text = await surroundings.perform("hooks", "versions", "hello", "--limit", "2", server: server)
    try Snapshot.expect(text.output, "hooks-versions.txt")
    #expect(server.requests[0].url.query == "limit=2")
    let json = await surroundings.perform("hooks", "versions", "hello", "--json", server: server)
    try Snapshot.expect(json.output, "hooks-versions.json")
  }

  @Test(
    arguments: [
      (["rollback", "hello"], "POST /api/v1/hooks/hello/rollback", [:], "hello: version 3 is active\n"),
      (
        ["rollback", "hello", "--to", "3"], "POST /api/v1/hooks/hello/rollback", ["version": 3],
        "hello: version 3 is active\n"
      ),
      (["disable", "hello"], "PATCH /api/v1/hooks/hello", ["enabled": false], "hello: disabled\n"),
      (["enable", "hello"], "PATCH /api/v1/hooks/hello", ["enabled": true], "hello: enabled\n"),
      (["rename", "old", "hello"], "PATCH /api/v1/hooks/old", ["name": "hello"], "old is hello now\n"),
    ] as [([String], String, JSONValue, String)])
  func changes(arguments: [String], request: String, body: JSONValue, output: String) async throws {
    let server = try FakeServer(request, Samples.hook)
    let surroundings = try Surroundings()
    let outcome = await surroundings.perform(["hooks"] + arguments, server: server)
    #expect(outcome.status == .done)
    #expect(outcome.output == output)
    #expect(try JSONValue(parsing: server.requests[0].body ?? []) == body)
    let json = await surroundings.perform(["hooks"] + arguments + ["--json"], server: server)
    try Snapshot.expect(json.output, "hooks-show.json")
  }

  @Test func removing() async throws {
    var hook = Hook(
      id: Samples.hookID, instance: ID(at: Samples.ago(0)), serial: 1, name: "hello",
      version: HookVersion(
        id: ID(at: Samples.ago(0)), number: 1, bundle: Bundle(hash: "", size: 0, fileCount: 0),
        definition: Samples.definition, createdAt: Samples.ago(1)),
      createdAt: Samples.ago(1), updatedAt: Samples.ago(1))
    hook.isInFolder = true
    let server = try FakeServer("DELETE /api/v1/hooks/hello", HookRemovalResource(hook))
    let surroundings = try Surroundings()
    let outcome = await surroundings.perform("hooks", "rm", "hello", server: server)
    #expect(outcome.status == .done && outcome.output == "")
    try Snapshot.expect(outcome.errorOutput, "hooks-rm.txt")
    let json = await surroundings.perform("hooks", "rm", "hello", "--json", server: server)
    try Snapshot.expect(json.output, "hooks-rm.json")
  }
}
