import Engine
import Foundation
import Identity
import Logging
import Model
import Store
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct ManagementTests {
  private static func run(
    _ gateway: TestGateway, in instance: Instance? = nil, status: RunStatus = .succeeded, key: ID<Key>? = nil,
    isAsynchronous: Bool = false
  ) -> Run {
    let instance = instance ?? gateway.main
    let run = Run(
      id: ID(at: gateway.clock.now), instance: instance.id, serial: 1, hook: nil, hookName: "hello", bundleHash: "b",
      definition: HookDefinition(runtime: "bash", entry: "main.sh"), cause: RunCause(kind: .http, key: key),
      status: status, isAsynchronous: isAsynchronous, queuedAt: gateway.clock.now)
    gateway.store.put(run, RunBodies(output: Array("out".utf8)))
    return run
  }

  /// The table of docs/http.md names every row and no other.
  @Test func theTableIsDocumented() async throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/http.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let documented = text.matches(of: /(?m)^\| `([A-Z]+ \/[^ `]*)` \|[^|]*\| (?:`([a-z]+)`|none)/).map { match in
      "\(match.1) \(match.2 ?? "open")"
    }
    let routes = APIContract.shared.routes
    #expect(documented == routes.map { "\($0.method) \($0.path) \($0.role?.rawValue ?? "open")" })
    for route in routes {
      let query = route.parameters.map { "`\($0.name)`" }.joined(separator: ", ")
      #expect(text.contains("| `\(route.method) \(route.path)` | \(query)\(query.isEmpty ? "" : " ")| "))
    }
  }

  @Test func healthAndVersion() async throws {
    try await TestGateway.with { gateway in
      let health = try await gateway.request("GET", "/healthz")
      #expect(health.status == 200)
      #expect(health.text == "{\"status\":\"ok\"}\n")
      #expect(health.header("content-type") == "application/json")
      #expect(health.header("cache-control") == "no-store")
      #expect(health.header("x-content-type-options") == "nosniff")
      #expect(health.header("set-cookie") == nil)
      #expect(try await gateway.request("HEAD", "/healthz").header("content-length") == "16")
      let version = try await gateway.request("GET", "/api/v1/version", key: "main-invoker")
      #expect(try version.json() == ["name": "grapnel", "version": "1.2.3", "api": "v1"])
    }
  }

  @Test(arguments: [
    "/api", "/api/", "/api/v1", "/api/v2/hooks", "/api/v1/nothing", "/api/v1/hooks/", "/api/v1//hooks",
    "/api/v1/hooks/hello/x", "/healthz/x", "/api/v1/..%2fhooks", "/api/v1/%2e%2e/hooks",
  ])
  func whatIsNotThere(_ target: String) async throws {
    try await TestGateway.with { gateway in
      let answer = try await gateway.request("GET", target, key: "admin")
      #expect(answer.status == 404)
      #expect(try answer.problem().code == .notFound)
    }
  }

  @Test func wrongMethods() async throws {
    try await TestGateway.with { gateway in
      let answer = try await gateway.request("PUT", "/api/v1/keys", key: "admin")
      #expect(answer.status == 405)
      #expect(answer.header("allow") == "GET, POST")
    }
  }

  @Test func otherInstancesAreNotThere() async throws {
    try await TestGateway.with { gateway in
      let run = Self.run(gateway)
      for target in [
        "/api/v1/hooks?instance=main", "/api/v1/hooks/hello?instance=main", "/api/v1/runs?instance=main",
        "/api/v1/runs/\(run.id)", "/api/v1/logs?instance=main", "/api/v1/keys?instance=main",
      ] {
        #expect(try await gateway.request("GET", target, key: "other-admin").status == 404)
        #expect(try await gateway.request("GET", target, key: "main-admin").status == 200)
        #expect(try await gateway.request("GET", target, key: "admin").status == 200)
      }
      #expect(try await gateway.request("POST", "/api/v1/runs/\(run.id)/cancel", key: "other-admin").status == 404)
      let hooks = try await gateway.request("GET", "/api/v1/hooks", key: "other-viewer").decoded(
        Page<HookResource>.self)
      #expect(Set(hooks.items.map(\.instance)) == ["other"], "a key's own instance is its default")
      let instances = try await gateway.request("GET", "/api/v1/instances", key: "other-viewer").json()
      #expect(instances["items"]?.arrayValue?.count == 1)
    }
  }

  @Test func hooks() async throws {
    try await TestGateway.with { gateway in
      let page = try await gateway.request("GET", "/api/v1/hooks", key: "admin").decoded(Page<HookResource>.self)
      #expect(page.items.map(\.name) == ["hello", "open", "reader", "typed"])
      let hook = try await gateway.request("GET", "/api/v1/hooks/reader?instance=main", key: "admin")
        .decoded(HookResource.self)
      #expect(hook.definition.endpoint.methods == ["GET", "HEAD"])
      for name in ["nothing", "..%2fhello", "HELLO", "%00"] {
        #expect(try await gateway.request("GET", "/api/v1/hooks/\(name)", key: "admin").status == 404)
      }
    }
  }

  @Test func pages() async throws {
    try await TestGateway.with { gateway in
      for (list, key, count) in [
        ("hooks", "main-viewer", 4), ("keys", "main-admin", 4), ("keys", "admin", 9),
        ("instances", "admin", 2), ("instances", "main-viewer", 1),
      ] {
        var seen: [String] = []
        var cursor: String? = ""
        while let last = cursor {
          let query = last.isEmpty ? "" : "&cursor=\(last)"
          let page = try await gateway.request("GET", "/api/v1/\(list)?limit=1\(query)", key: key).json()
          let items = page["items"]?.arrayValue ?? []
          #expect(items.count <= 1)
          seen += items.compactMap { $0["id"]?.stringValue }
          cursor = page["next_cursor"]?.stringValue
        }
        #expect(seen.count == count && Set(seen).count == count, "\(list) for \(key)")
        for wrong in ["cursor=UPPER", "limit=0", "limit=1001"] {
          #expect(try await gateway.request("GET", "/api/v1/\(list)?\(wrong)", key: key).status == 400)
        }
      }
    }
  }

  @Test func makingInstances() async throws {
    try await TestGateway.with { gateway in
      func make(_ body: String, key: String) async throws -> RawResponse {
        try await gateway.request("POST", "/api/v1/instances", key: key, body: body)
      }
      let made = try await make(#"{"name":"shop"}"#, key: "admin")
      #expect(made.status == 201)
      #expect(try made.decoded(InstanceResource.self).name == "shop")
      #expect(try await gateway.store.instances.find(name: "shop") != nil)
      #expect(try await make(#"{"name":"next"}"#, key: "main-admin").status == 403, "not of one instance's key")
      for wrong in [#"{"name":"API"}"#, #"{"name":"api"}"#, #"{"name":1}"#, "{}", #"{"title":"x"}"#] {
        #expect(try await make(wrong, key: "admin").status == 400)
      }
    }
  }

  @Test func renamingAndRemovingInstances() async throws {
    try await TestGateway.with {
      $0.configuredInstances = ["fixed"]
    } _: { gateway in
      let made = try await gateway.store.create(name: "shop", at: gateway.clock.now)
      _ = try await gateway.store.create(name: "fixed", at: gateway.clock.now)
      func ask(_ method: String, _ name: String, _ body: String? = nil, key: String = "admin") async throws
        -> RawResponse
      {
        try await gateway.request(method, "/api/v1/instances/\(name)", key: key, body: body)
      }
      let renamed = try await ask("PATCH", "shop", #"{"name":"store"}"#)
      #expect(renamed.status == 200)
      #expect(try renamed.decoded(InstanceResource.self).name == "store")
      #expect(try await ask("PATCH", "shop", #"{"name":"again"}"#).status == 404)
      for wrong in ["{}", #"{"name":"API"}"#, #"{"name":"api"}"#, #"{"name":1}"#, #"{"title":"x"}"#] {
        #expect(try await ask("PATCH", "store", wrong).status == 400)
      }
      for (name, words) in [("main", "always"), ("fixed", "configuration")] {
        for (method, body) in [("PATCH", #"{"name":"else"}"#), ("DELETE", nil)] {
          let refused = try await ask(method, name, body)
          #expect(refused.status == 409)
          #expect(try refused.problem().message.contains(words))
        }
      }
      for (method, body) in [("PATCH", #"{"name":"else"}"#), ("DELETE", nil)] {
        #expect(try await ask(method, "other", body, key: "other-admin").status == 403, "not its own admin")
      }
      #expect(try await ask("DELETE", "store").status == 204)
      #expect(gateway.runs.ended == [made.id])
      #expect(try await ask("DELETE", "store").status == 404)
    }
  }

  @Test func runningByHand() async throws {
    try await TestGateway.with { gateway in
      gateway.runs.answers { invocation throws(RunProblem) in
        gateway.store.put(
          FakeRuns.run(invocation), RunBodies(payload: invocation.payload, output: Array("hi".utf8)))
        return FakeRuns.answer(invocation, text: "hi")
      }
      let target = "/api/v1/hooks/hello/runs?instance=main"
      let answer = try await gateway.request("POST", target, key: "main-invoker", body: #"{"payload":{"a":[1]}}"#)
      #expect(answer.status == 200)
      let trace = try answer.decoded(TraceResource.self)
      #expect(trace.status == .succeeded && trace.cause.kind == .manual && trace.bodies?.output.text == "hi")
      #expect(trace.bodies?.payload == ["a": [1]])
      #expect(answer.header("grapnel-run") == trace.id.text)
      #expect(answer.header("traceparent") != nil)
      #expect(gateway.runs.invocations.last?.request == nil)
      #expect(try await gateway.request("POST", target, key: "main-invoker").status == 200, "no body is no payload")
      #expect(gateway.runs.invocations.last?.payload == [:])

      let later = try await gateway.request("POST", target, key: "main-invoker", body: #"{"async":true}"#)
      #expect(later.status == 202)
      #expect(later.header("location") == "/api/v1/runs/\(try later.decoded(TraceResource.self).id)")

      for (body, field) in [
        ("{", nil), ("[]", "body"), (#"{"async":1}"#, "/async"), (#"{"paylaod":1}"#, "/paylaod"),
      ] as [(String, String?)] {
        let refused = try await gateway.request("POST", target, key: "main-invoker", body: body)
        #expect(refused.status == 400)
        #expect(try refused.problem().field == field)
      }
      let typo = try await gateway.request("POST", target, key: "main-invoker", body: #"{"paylaod":1}"#)
      #expect(try typo.problem().hint == "did you mean payload?")
    }
  }

  @Test func aRunByHandThatFailsIsAnAnswer() async throws {
    try await TestGateway.with { gateway in
      gateway.runs.answers { invocation throws(RunProblem) in
        gateway.store.put(FakeRuns.run(invocation, status: .failed))
        throw RunProblem(Problem(.runFailed, "exit 1"), run: invocation.id)
      }
      let target = "/api/v1/hooks/hello/runs"
      let failed = try await gateway.request("POST", target, key: "admin")
      #expect(failed.status == 200)
      #expect(try failed.decoded(TraceResource.self).status == .failed)
      gateway.runs.answers { _ throws(RunProblem) in throw RunProblem(Problem(.invalid, "no", field: "/name")) }
      let refused = try await gateway.request("POST", target, key: "admin")
      #expect(refused.status == 400)
      #expect(try refused.problem().field == "/name")
    }
  }

  @Test func runs() async throws {
    try await TestGateway.with { gateway in
      let old = Self.run(gateway, status: .failed)
      gateway.clock.advance(by: .seconds(7200))
      let new = Self.run(gateway)
      let ids = { (query: String) in
        try await gateway.request("GET", "/api/v1/runs?\(query)", key: "main-viewer").decoded(Page<TraceResource>.self)
          .items.map(\.id)
      }
      #expect(try await ids("") == [old.id, new.id])
      #expect(try await ids("since=1h") == [new.id])
      #expect(try await ids("since=\(new.queuedAt.rfc3339)") == [new.id])
      #expect(try await ids("status=failed") == [old.id])
      #expect(try await ids("status=timed_out") == [])
      #expect(try await ids("limit=1") == [old.id])
      #expect(try await ids("hook=hello&limit=1000") == [old.id, new.id])
      for (query, field, hint) in [
        ("limit=0", "limit", nil), ("limit=1001", "limit", nil), ("limit=x", "limit", nil),
        ("since=tomorrow", "since", nil),
        ("status=sucseeded", "status", "did you mean succeeded?"), ("status=xyz", "status", nil),
        ("cursor=bad", "cursor", nil), ("limt=1", "limt", "did you mean limit?"), ("limit=1&limit=2", "limit", nil),
      ] as [(String, String, String?)] {
        let refused = try await gateway.request("GET", "/api/v1/runs?\(query)", key: "main-viewer")
        #expect(refused.status == 400)
        #expect(try refused.problem().field == field)
        #expect(try refused.problem().hint == hint)
      }
      let shown = try await gateway.request("GET", "/api/v1/runs/\(new.id)", key: "main-viewer")
      #expect(try shown.decoded(TraceResource.self).bodies?.output.text == "out")
      #expect(shown.header("grapnel-run") == new.id.text)
      for id in ["x", ID<Run>(at: gateway.clock.now).text, "..%2f"] {
        #expect(try await gateway.request("GET", "/api/v1/runs/\(id)", key: "admin").status == 404)
      }
    }
  }

  @Test func invokersSeeTheRunsThatTheyStarted() async throws {
    try await TestGateway.with { gateway in
      let secret = try #require(gateway.secrets["main-invoker"])
      let key = try #require(try await gateway.keys.authenticate(secret)?.key.id)
      let mine = Self.run(gateway, status: .running, key: key, isAsynchronous: true)
      // As a run whose caller was answered 202 at its deadline.
      let late = Self.run(gateway, status: .running, key: key)
      let others = Self.run(gateway, isAsynchronous: true)
      #expect(try await gateway.request("GET", "/api/v1/runs/\(mine.id)", key: "main-invoker").status == 200)
      #expect(try await gateway.request("GET", "/api/v1/runs/\(late.id)", key: "main-invoker").status == 200)
      #expect(try await gateway.request("GET", "/api/v1/runs/\(late.id)", key: "other-invoker").status == 404)
      let keyless = Self.run(gateway)
      #expect(try await gateway.request("GET", "/api/v1/runs/\(keyless.id)", key: "main-invoker").status == 403)
      #expect(try await gateway.request("GET", "/api/v1/runs/\(others.id)", key: "main-invoker").status == 403)
      #expect(try await gateway.request("POST", "/api/v1/runs/\(mine.id)/cancel", key: "main-invoker").status == 403)
    }
  }

  @Test func cancelling() async throws {
    try await TestGateway.with { gateway in
      let run = Self.run(gateway, status: .running)
      let answer = try await gateway.request("POST", "/api/v1/runs/\(run.id)/cancel", key: "main-editor")
      #expect(answer.status == 200)
      #expect(try answer.decoded(TraceResource.self).status == .cancelled)
      #expect(gateway.runs.cancelled == [run.id])
      let ended = Self.run(gateway)
      #expect(try await gateway.request("POST", "/api/v1/runs/\(ended.id)/cancel", key: "main-editor").status == 409)
    }
  }

  @Test func keys() async throws {
    try await TestGateway.with { gateway in
      let made = try await gateway.request(
        "POST", "/api/v1/keys", key: "main-admin", body: #"{"name":"ci","role":"viewer","expires_in":"1h"}"#)
      #expect(made.status == 201)
      let key = try made.decoded(KeyResource.self)
      #expect(key.instance == "main" && key.role == .viewer && key.expiresAt == gateway.clock.now + .seconds(3600))
      let secret = try #require(key.secret)
      #expect(try await gateway.request("GET", "/api/v1/runs", key: secret).status == 200)
      let list = try await gateway.request("GET", "/api/v1/keys", key: "main-admin")
      #expect(!list.text.contains(secret))
      #expect(try list.decoded(Page<KeyResource>.self).items.allSatisfy { $0.instance == "main" && $0.secret == nil })
      #expect(
        try await gateway.request("GET", "/api/v1/keys", key: "admin").decoded(Page<KeyResource>.self).items.count == 10
      )

      // An instance's admin reaches no further than the instance.
      #expect(
        try await gateway.request(
          "POST", "/api/v1/keys", key: "main-admin", body: #"{"name":"x","role":"admin","instance":"other"}"#
        ).status == 404)
      #expect(try await gateway.request("DELETE", "/api/v1/keys/\(key.id)", key: "other-admin").status == 404)
      #expect(try await gateway.request("DELETE", "/api/v1/keys/\(key.id)", key: "main-admin").status == 204)
      #expect(try await gateway.request("DELETE", "/api/v1/keys/\(key.id)", key: "main-admin").status == 404)
      #expect(try await gateway.request("GET", "/api/v1/runs", key: secret).status == 401)

      let host = try await gateway.request(
        "POST", "/api/v1/keys", key: "admin", body: #"{"name":"host","role":"admin","instance":null}"#)
      #expect(try host.decoded(KeyResource.self).instance == nil)
      for (body, field) in [
        (#"{"role":"viewer"}"#, "/name"), (#"{"name":"x"}"#, "/role"), (#"{"name":"x","role":"veiwer"}"#, "/role"),
        (#"{"name":"","role":"viewer"}"#, "name"), (#"{"name":1,"role":"viewer"}"#, "/name"),
        (#"{"name":"x","role":"viewer","expires_in":"soon"}"#, "/expires_in"),
        (#"{"name":"x","role":"viewer","expires_at":"2001-01-01T00:00:00Z"}"#, "expires_at"),
        (#"{"name":"x","role":"viewer","instance":"nowhere"}"#, "instance"), (#"{"names":"x"}"#, "/names"),
      ] {
        let refused = try await gateway.request("POST", "/api/v1/keys", key: "admin", body: body)
        #expect(refused.status == 400 || (field == "instance" && refused.status == 404))
        #expect(try refused.problem().field == field)
      }
    }
  }

  @Test func addressesBeyondLoopbackNeedKeys() throws {
    for host in ["127.0.0.1", "127.1.2.3", "::1", "localhost"] {
      try GatewayConfiguration(host: host).validate(hasKeys: false)
    }
    for host in ["0.0.0.0", "::", "192.168.0.1", "example.org", "127.0.0.1.example.org", "127.0.0.999", "1270.0.0.1"] {
      try GatewayConfiguration(host: host).validate(hasKeys: true)
      let problem = #expect(throws: Problem.self) { try GatewayConfiguration(host: host).validate(hasKeys: false) }
      #expect(problem?.field == "listen")
    }
    #expect(throws: Problem.self) { try GatewayConfiguration(port: 70_000).validate(hasKeys: true) }
    #expect(throws: Problem.self) { try GatewayConfiguration(headDeadline: .zero).validate(hasKeys: true) }
    #expect(throws: Problem.self) { try GatewayConfiguration(connections: 0).validate(hasKeys: true) }
  }

  @Test func aTakenAddressIsAProblem() async throws {
    try await TestGateway.with { gateway in
      let second = GatewayServer(
        configuration: GatewayConfiguration(port: gateway.port),
        services: GatewayServices(
          store: gateway.store, keys: gateway.keys, variables: gateway.variables, runs: gateway.runs,
          deployer: gateway.deployer,
          clock: gateway.clock, version: "1",
          logger: Logger(label: "test")))
      let problem = await #expect(throws: Problem.self) { try await second.run() }
      #expect(problem?.field == "listen")
    }
  }

  @Test func endingInOrder() async throws {
    try await TestGateway.with { gateway in
      let goOn = Signal()
      let started = Signal()
      gateway.runs.answers { invocation throws(RunProblem) in
        started.fire()
        await goOn.wait()
        return FakeRuns.answer(invocation, text: "late")
      }
      let idle = try gateway.client()
      #expect(try await idle.request("GET", "/healthz").status == 200)
      let busy = try gateway.client()
      try await busy.send("GET /main/open HTTP/1.1\r\nHost: t\r\n\r\n")
      await started.wait()
      async let ended: Void = gateway.server.shutDown(within: .seconds(60))
      #expect(try await idle.rest().isEmpty, "idle connections are closed")
      goOn.fire()
      let answer = try await busy.response()
      #expect(answer.text == "late" && answer.header("connection") == "close")
      busy.close()
      await ended
    }
  }
}
