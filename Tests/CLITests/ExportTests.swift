import Foundation
import GrapnelClient
import Model
import Testing

@testable import grapnel

struct ExportTests {
  private let export = InstanceExport(
    hooks: [
      .init(
        name: "hello", enabled: true, version: 3,
        files: [.init(path: "main.py", executable: false, content: "cHJpbnQoMSkK")])
    ], variables: [.init(hook: nil, kind: "env", name: "PLAIN", value: "p")],
    secrets: [.init(hook: "hello", kind: "env", name: "TOKEN", value: nil)])

  @Test func exporting() async throws {
    let server = try FakeServer("GET /api/v1/export", export)
    let surroundings = try Surroundings()
    let output = await surroundings.perform("export", "--hook", "hello", "--hook", "other", server: server)
    #expect(server.requests[0].url.query == "hooks=hello%2Cother")
    try Snapshot.expect(output.output, "export.json")
    let file = await surroundings.perform("export", "all.json", server: server)
    #expect(file.output == "" && file.errorOutput == "exported 1 hooks and 1 variables to all.json\n")
    #expect(try String(contentsOfFile: surroundings.folder + "/all.json", encoding: .utf8) == output.output)
  }

  @Test func importing() async throws {
    let plain = InstanceExport.Variable(hook: nil, kind: "env", name: "PLAIN", value: "p")
    let outcome = ImportResource(
      dryRun: true,
      hooks: [
        DeploymentResource(hook: "hello", version: 3, changed: true, dryRun: true, difference: Samples.difference)
      ], variables: [.init(plain)], missingSecrets: [.init(export.secrets[0])])
    let server = try FakeServer("POST /api/v1/import", outcome)
    let surroundings = try Surroundings()
    try surroundings.write("{\"format\": \"grapnel export\"}", to: "all.json")
    let text = await surroundings.perform("import", "all.json", "--dry-run", server: server)
    try Snapshot.expect(text.output, "import.txt")
    #expect(
      try JSONValue(parsing: server.requests[0].body ?? []) == [
        "export": ["format": "grapnel export"], "dry_run": true, "allow_downgrade": false,
      ])
    let json = await surroundings.perform("import", "-", "--json", input: "{}", server: server)
    try Snapshot.expect(json.output, "import.json")
    #expect(await surroundings.perform("import", "nothing.json").status == .notFound)
  }
}
