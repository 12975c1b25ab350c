import Content
import Foundation
import Model
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct DeploymentTests {
  private static let target = "/api/v1/hooks/new/deployments"

  private static func body(
    _ files: [(String, String)], isDryRun: Bool = false, expectedVersion: Int64? = nil
  ) -> String {
    var members: [String: JSONValue] = [
      "files": .array(
        files.map { path, text in
          ["path": .string(path), "content": .string(Data(text.utf8).base64EncodedString())]
        }), "dry_run": .bool(isDryRun),
    ]
    if let expectedVersion { members["expected_version"] = .int(expectedVersion) }
    return JSONValue.object(members).serialized
  }

  private static let good = [("hook.yaml", "runtime: bash\nentry: main.sh\n"), ("main.sh", "echo 1\n")]

  @Test func deploying() async throws {
    try await TestGateway.with { gateway in
      let post = { (body: String) in
        try await gateway.request("POST", Self.target, key: "main-editor", body: body)
      }
      let dry = try await post(Self.body(Self.good, isDryRun: true))
      #expect(dry.status == 200)
      let plan = try dry.decoded(DeploymentResource.self)
      #expect(plan.changed && plan.dryRun && plan.version == nil)
      #expect(plan.difference.files.map(\.path) == ["hook.yaml", "main.sh"])
      #expect(try gateway.bundles.hashes().isEmpty, "a dry run keeps nothing")
      #expect(try await gateway.request("GET", "/api/v1/hooks/new", key: "main-viewer").status == 404)

      let first = try await post(Self.body(Self.good, expectedVersion: 0))
      #expect(first.status == 200 && first.header("location") == "/api/v1/hooks/new")
      #expect(try first.decoded(DeploymentResource.self).version == 1)
      let hook = try await gateway.request("GET", "/api/v1/hooks/new", key: "main-viewer").decoded(HookResource.self)
      #expect(hook.origin == .api && !hook.inFolder && hook.definition.entry == "main.sh")
      #expect(gateway.bundles.contains(hook.bundle.hash))

      let again = try await post(Self.body(Self.good)).decoded(DeploymentResource.self)
      #expect(!again.changed && again.version == 1)
      let changed = [("hook.yaml", "runtime: bash\nentry: main.sh\nlimits: {cpu: 2}\n"), ("main.sh", "echo 2\n")]
      let second = try await post(Self.body(changed)).decoded(DeploymentResource.self)
      #expect(second.version == 2)
      #expect(second.difference.files.last?.diff == "@@ -1 +1 @@\n-echo 1\n+echo 2\n")
      #expect(second.difference.definition == [.init(key: "limits.cpu", from: 1, to: 2)])
      #expect(try await post(Self.body(Self.good, expectedVersion: 1)).status == 409)

      let versions = try await gateway.request("GET", "/api/v1/hooks/new/versions?limit=1", key: "main-viewer")
        .decoded(Page<VersionResource>.self)
      #expect(versions.items.map(\.number) == [2] && versions.items[0].active && versions.nextCursor == "2")
      #expect(versions.items[0].actor.hasPrefix("key:"))
      let rest = try await gateway.request("GET", "/api/v1/hooks/new/versions?cursor=2", key: "main-viewer")
        .decoded(Page<VersionResource>.self)
      #expect(rest.items.map(\.number) == [1] && rest.nextCursor == nil)

      let back = try await gateway.request("POST", "/api/v1/hooks/new/rollback", key: "main-editor")
      #expect(try back.decoded(HookResource.self).version == 1)
      let forth = try await gateway.request(
        "POST", "/api/v1/hooks/new/rollback", key: "main-editor", body: #"{"version":2}"#)
      #expect(try forth.decoded(HookResource.self).version == 2)
      for body in [#"{"version":9}"#] {
        #expect(
          try await gateway.request("POST", "/api/v1/hooks/new/rollback", key: "main-editor", body: body).status == 404)
      }
    }
  }

  @Test func whatIsWrongChangesNothing() async throws {
    try await TestGateway.with({ $0.deploymentLimit = 4096 }) { gateway in
      let cases: [(String, Int, String?, String?, Int?)] = [
        ("{", 400, nil, nil, nil), ("{}", 400, "/files", nil, nil), (#"{"files":1}"#, 400, "/files", nil, nil),
        (#"{"files":[{"path":"a","content":"?"}]}"#, 400, "/files/0/content", nil, nil),
        (#"{"files":[{"path":1,"content":""}]}"#, 400, "/files/0/path", nil, nil),
        (#"{"files":[{"path":"a","content":"","mode":1}]}"#, 400, "/files/0/mode", nil, nil),
        (#"{"files":[],"dryrun":true}"#, 400, "/dryrun", nil, nil),
        (#"{"files":[],"expected_version":-1}"#, 400, "/expected_version", nil, nil),
        (Self.body([]), 400, "files", "new", nil),
        (Self.body([("../evil.sh", "")]), 400, nil, "../evil.sh", nil),
        (Self.body([("a.txt", "")]), 400, nil, "a.txt", nil),
        (Self.body([("a.sh", ""), ("b.sh", "")]), 400, "files", "new", nil),
        (
          Self.body([("hook.yaml", "runtime: bash\nentry: main.sh\nlimts: {}\n"), ("main.sh", "")]), 400, "limts",
          "new/hook.yaml", 3
        ),
        (
          Self.body([("hook.yaml", "runtime: bash\nentry: main.sh\nnetwork: host\n"), ("main.sh", "")]), 403,
          "network", "new/hook.yaml", 3
        ),
        (Self.body([("a.sh", String(repeating: "x", count: 4096))]), 413, nil, nil, nil),
      ]
      for (body, status, field, file, line) in cases {
        let answer = try await gateway.request("POST", Self.target, key: "main-editor", body: body)
        #expect(answer.status == status, "\(body)")
        let problem = try answer.problem()
        #expect(problem.field == field, "\(body)")
        #expect(problem.file == file, "\(body)")
        #expect(problem.line == line, "\(body)")
      }
      #expect(try gateway.bundles.hashes().isEmpty)
      #expect(try await gateway.request("GET", "/api/v1/hooks/new", key: "main-viewer").status == 404)
      let name = try await gateway.request(
        "POST", "/api/v1/hooks/No/deployments", key: "main-editor", body: Self.body(Self.good))
      #expect(name.status == 400)
    }
  }

  @Test func changingAndRemoving() async throws {
    try await TestGateway.with { gateway in
      let patch = { (body: String) in
        try await gateway.request("PATCH", "/api/v1/hooks/open", key: "main-editor", body: body)
      }
      #expect(try await patch(#"{"enabled":false}"#).decoded(HookResource.self).enabled == false)
      #expect(try await gateway.store.find(instance: gateway.main.id, name: "open")?.isEnabled == false)
      #expect(try await patch(#"{"enabled":1}"#).problem().field == "/enabled")
      #expect(try await patch(#"{"enable":true}"#).problem().hint == "did you mean enabled?")
      #expect(try await patch(#"{"enabled":true,"expected_version":9}"#).status == 409)
      #expect(try await patch(#"{"enabled":true,"name":"opened"}"#).decoded(HookResource.self).name == "opened")
      #expect(try await patch(#"{"enabled":true}"#).status == 404)
      let removal = try await gateway.request("DELETE", "/api/v1/hooks/opened", key: "main-editor")
      #expect(try removal.decoded(HookRemovalResource.self).name == "opened")
      #expect(try await gateway.request("DELETE", "/api/v1/hooks/opened", key: "main-editor").status == 404)
    }
  }
}
