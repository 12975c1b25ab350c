import Content
import Model
import Store
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct ExportTests {
  private func deploy(
    _ gateway: TestGateway, _ name: String, _ text: String, declared: String? = nil
  ) async throws {
    let files = [BundleFile(path: "main.sh", bytes: Array(text.utf8))]
    let declaration = declared.map { [BundleFile(path: "hook.yaml", bytes: Array($0.utf8))] } ?? []
    _ = try await gateway.deployer.deploy(
      DeploymentOrder(instance: gateway.main, name: name, files: declaration + files, actor: "key:1"))
  }

  private func variable(_ gateway: TestGateway, _ name: String, _ value: Variable.Value, hook: ID<Hook>? = nil)
    -> Variable
  {
    Variable(
      instance: gateway.main.id, hook: hook, kind: .env, name: name, value: value, updatedAt: gateway.clock.now)
  }

  /// `main` with two hooks of its own, a plain variable of each level and a secret; the hooks of `TestGateway` have no
  /// files.
  private func fill(_ gateway: TestGateway) async throws {
    for hook in try await gateway.store.list(instance: gateway.main.id) as [Hook] {
      _ = try await gateway.store.remove(hook.id, expected: nil, by: "host", at: gateway.clock.now)
    }
    try await deploy(gateway, "beta", "b")
    try await deploy(gateway, "alpha", "a")
    let hook = try #require(try await gateway.store.find(instance: gateway.main.id, name: "alpha"))
    try await gateway.store.set(variable(gateway, "PLAIN", .plain("p")), by: "host")
    try await gateway.store.set(variable(gateway, "OWN", .plain("o"), hook: hook.id), by: "host")
    try await gateway.store.set(variable(gateway, "SECRET", .sealed([1, 2, 3])), by: "host")
  }

  private func imported(
    _ gateway: TestGateway, _ export: JSONValue, _ options: [String: JSONValue] = [:], instance: String = "other"
  ) async throws -> RawResponse {
    let body = JSONValue.object(options.merging(["export": export]) { own, _ in own })
    return try await gateway.request("POST", "/api/v1/import?instance=\(instance)", key: "admin", body: body.serialized)
  }

  @Test func whatIsExportedIsImported() async throws {
    try await TestGateway.with { gateway in
      try await fill(gateway)
      let answer = try await gateway.request("GET", "/api/v1/export", key: "main-editor")
      #expect(answer.status == 200)
      #expect(try await gateway.request("GET", "/api/v1/export", key: "main-editor").body == answer.body)
      let export = try answer.decoded(InstanceExport.self)
      #expect(export.hooks.map(\.name) == ["alpha", "beta"])
      #expect(export.hooks[0].files == [.init(path: "main.sh", executable: false, content: "YQ==")])
      #expect(export.variables.map(\.name) == ["PLAIN", "OWN"] && export.variables[1].hook == "alpha")
      #expect(export.secrets.map(\.name) == ["SECRET"] && export.secrets[0].value == nil)

      let file = try answer.json()
      let plan = try await imported(gateway, file, ["dry_run": true]).decoded(ImportResource.self)
      #expect(plan.dryRun && plan.hooks.map(\.changed) == [true, true] && plan.variables.count == 2)
      #expect(plan.missingSecrets.map(\.name) == ["SECRET"])
      #expect(try await gateway.store.find(instance: gateway.other.id, name: "alpha") == nil)
      let done = try await imported(gateway, file).decoded(ImportResource.self)
      #expect(done.hooks.map(\.version) == [1, 1])
      #expect(try await gateway.store.find(instance: gateway.other.id, name: "alpha")?.version.origin == .api)
      #expect(
        gateway.store.allVariables.filter { $0.instance == gateway.other.id }.map(\.name).sorted() == ["OWN", "PLAIN"])
      let again = try await imported(gateway, file).decoded(ImportResource.self)
      #expect(again.hooks.allSatisfy { !$0.changed } && again.variables.isEmpty)
    }
  }

  @Test func schedulesTravelWithTheirHooks() async throws {
    try await TestGateway.with { gateway in
      try await fill(gateway)
      let make = { (body: String) in
        let answer = try await gateway.request("POST", "/api/v1/schedules", key: "main-editor", body: body)
        #expect(answer.status == 201)
      }
      try await make(#"{"hook": "beta", "every": "1h", "payload": {"a": 1}}"#)
      try await make(#"{"hook": "alpha", "name": "z", "cron": "@daily", "enabled": false}"#)
      let file = try await gateway.request("GET", "/api/v1/export", key: "main-editor").json()
      #expect(
        file["schedules"] == [
          ["hook": "alpha", "name": "z", "enabled": false, "definition": ["cron": "@daily"]],
          [
            "hook": "beta", "name": "every-1h", "enabled": true,
            "definition": ["every": "1h", "payload": ["a": 1]],
          ],
        ])
      let some = try await gateway.request("GET", "/api/v1/export?hooks=beta", key: "main-editor").json()
      #expect(some["schedules"]?.arrayValue?.count == 1)
      let others = { gateway.store.memorySchedules.all.filter { $0.instance == gateway.other.id } }
      let plan = try await imported(gateway, file, ["dry_run": true]).decoded(ImportResource.self)
      #expect(plan.schedules.map(\.name) == ["z", "every-1h"] && others().isEmpty)
      #expect(try await imported(gateway, file).status == 200)
      #expect(others().map(\.name) == ["z", "every-1h"] && others().map(\.isEnabled) == [false, true])
      #expect(try await imported(gateway, file).decoded(ImportResource.self).schedules.isEmpty)
      for (index, key, value, field) in [
        (0, "definition", ["cron": "0 0 30 2 *"], "/export/schedules/0/cron"),
        (1, "definition", ["evry": "1h"], "/export/schedules/1/definition/evry"),
        (1, "definition", [:], "/export/schedules/1/definition"), (0, "hook", "gamma", "/export/schedules/0/hook"),
        (0, "name", "No Name", "/export/schedules/0/name"),
      ] as [(Int, String, JSONValue, String)] {
        var broken = file.objectValue ?? [:]
        var schedules = broken["schedules"]?.arrayValue ?? []
        var members = schedules[index].objectValue ?? [:]
        members[key] = value
        schedules[index] = .object(members)
        broken["schedules"] = .array(schedules)
        let answer = try await imported(gateway, .object(broken))
        #expect(try answer.status == 400 && answer.json()["error"]?["field"]?.stringValue == field, "\(answer.text)")
      }
    }
  }

  @Test func someHooksAlone() async throws {
    try await TestGateway.with { gateway in
      try await fill(gateway)
      for name in ["SIGNED", "UNNAMED"] {
        try await gateway.store.set(variable(gateway, name, .sealed([4])), by: "host")
      }
      let declared = """
        runtime: bash
        entry: main.sh
        secrets: [SECRET, PLAIN, UNSET]
        endpoint: {signature: {scheme: github, secret: SIGNED}}
        """
      try await deploy(gateway, "gamma", "c", declared: declared)
      let some = try await gateway.request("GET", "/api/v1/export?hooks=alpha", key: "main-editor")
        .decoded(InstanceExport.self)
      #expect(some.hooks.map(\.name) == ["alpha"] && some.variables.map(\.name) == ["OWN"] && some.secrets.isEmpty)
      let own = try #require(try await gateway.store.find(instance: gateway.main.id, name: "gamma"))
      let naming = try await gateway.request("GET", "/api/v1/export?hooks=alpha,gamma", key: "main-editor")
        .decoded(InstanceExport.self)
      #expect(naming.variables.map(\.name) == ["OWN"])
      #expect(naming.secrets.map(\.name) == ["SECRET", "SIGNED"] && naming.secrets.allSatisfy { $0.hook == nil })
      #expect(naming.secrets.allSatisfy { $0.value == nil })
      // A secret of its own comes before the instance's.
      try await gateway.store.set(variable(gateway, "SECRET", .sealed([5]), hook: own.id), by: "host")
      let owning = try await gateway.request("GET", "/api/v1/export?hooks=gamma", key: "main-editor")
        .decoded(InstanceExport.self)
      #expect(owning.secrets.map(\.name) == ["SIGNED", "SECRET"] && owning.secrets.map(\.hook) == [nil, "gamma"])
      #expect(try await gateway.request("GET", "/api/v1/export?hooks=no", key: "main-editor").status == 404)
    }
  }

  @Test func nothingGoesBackSilently() async throws {
    try await TestGateway.with { gateway in
      try await fill(gateway)
      let file = try await gateway.request("GET", "/api/v1/export?hooks=beta", key: "main-editor").json()
      try await deploy(gateway, "beta", "newer")
      let refused = try await imported(gateway, file, instance: "main")
      #expect(refused.status == 409)
      #expect(try refused.problem().field == "allow_downgrade")
      #expect(try await gateway.store.find(instance: gateway.main.id, name: "beta")?.version.number == 2)
      let allowed = try await imported(gateway, file, ["allow_downgrade": true], instance: "main")
      #expect(try allowed.decoded(ImportResource.self).hooks[0].version == 3)
    }
  }

  @Test func whatIsWrongChangesNothing() async throws {
    try await TestGateway.with { gateway in
      try await fill(gateway)
      let good = try await gateway.request("GET", "/api/v1/export", key: "main-editor").decoded(InstanceExport.self)
      var newer = good
      newer.formatVersion = 2
      var odd = good
      odd.format = "something"
      var twice = good
      twice.hooks.append(twice.hooks[0])
      var broken = good
      broken.hooks[1].files[0].path = "main.txt"
      var garbled = good
      garbled.hooks[1].files[0].content = "?"
      var reserved = good
      reserved.variables[0].name = "LD_PRELOAD"
      var number = good
      number.variables[0].value = 7
      var homeless = good
      homeless.variables[1].hook = "nowhere"
      for (file, field) in [
        (newer, "/export/format_version"), (odd, "/export"), (twice, "/export/hooks/2/name"), (broken, nil),
        (garbled, "/export/hooks/1/files/0/content"), (reserved, "/export/variables/0/name"),
        (number, "/export/variables/0/value"), (homeless, "/export/variables/1/hook"),
      ] as [(InstanceExport, String?)] {
        let answer = try await imported(gateway, try JSONValue(parsing: file.json))
        #expect(answer.status == 400)
        #expect(try answer.problem().field == field)
      }
      #expect(try await gateway.store.find(instance: gateway.other.id, name: "alpha") == nil)
      #expect(gateway.store.allVariables.filter { $0.instance == gateway.other.id }.isEmpty)
    }
  }
}
