import Content
import Engine
import Model
import Store
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct ReplayTests {
  private func run(
    _ gateway: TestGateway, status: RunStatus = .failed, request: RunRequest? = nil, bodies: RunBodies
  ) async throws -> Run {
    for text in ["1", "2"] {
      _ = try await gateway.deployer.deploy(
        DeploymentOrder(
          instance: gateway.main, name: "again", files: [BundleFile(path: "again.sh", bytes: Array(text.utf8))],
          actor: "key:1"))
    }
    let hook = try #require(try await gateway.store.find(instance: gateway.main.id, name: "again"))
    let first = try #require(try await gateway.store.version(hook.id, number: 1))
    let run = Run(
      id: ID(at: gateway.clock.now), instance: gateway.main.id, hook: hook.id, hookName: "again",
      bundleHash: first.bundle.hash, definition: first.definition, cause: RunCause(kind: .http), status: status,
      queuedAt: gateway.clock.now, request: request)
    gateway.store.put(run, bodies)
    gateway.runs.answers { invocation throws(RunProblem) in
      gateway.store.put(FakeRuns.run(invocation))
      return FakeRuns.answer(invocation, text: "hi")
    }
    return run
  }

  @Test func itIsGivenWhatTheRunWasGiven() async throws {
    try await TestGateway.with { gateway in
      let request = RunRequest(method: "PUT", path: "/rest", query: "a=1", headers: ["content-length": "3"])
      let old = try await run(
        gateway, request: request, bodies: RunBodies(payload: ["a": 1], input: Array("abc".utf8)))
      let replay = { (body: String) in
        try await gateway.request("POST", "/api/v1/runs/\(old.id)/replay", key: "main-editor", body: body)
      }
      let answer = try await replay("")
      #expect(answer.status == 200)
      let trace = try answer.decoded(TraceResource.self)
      #expect(trace.cause.kind == .manual && trace.cause.parent == old.id && trace.cause.key != nil)
      var invocation = try #require(gateway.runs.invocations.last)
      #expect(invocation.hook.version.number == 2 && invocation.payload == ["a": 1])
      #expect(invocation.request?.method == "PUT" && invocation.request?.path == "/rest")
      guard case .bytes(let bytes) = invocation.input else { throw Problem(.internal, "no bytes") }
      #expect(bytes == Array("abc".utf8))
      #expect(try await replay(#"{"version":1}"#).status == 200)
      invocation = try #require(gateway.runs.invocations.last)
      #expect(invocation.hook.version.number == 1)
      #expect(try await replay(#"{"as_recorded":true}"#).status == 200)
      invocation = try #require(gateway.runs.invocations.last)
      #expect(invocation.hook.version.bundle.hash == old.bundleHash)
      #expect(try await replay(#"{"async":true}"#).status == 202)
      #expect(try await replay(#"{"version":7}"#).status == 404)
      #expect(try await replay(#"{"version":1,"as_recorded":true}"#).status == 400)
    }
  }

  @Test func itIsRefusedWhereNotAllIsOnRecord() async throws {
    try await TestGateway.with { gateway in
      let short = RunRequest(method: "POST", headers: ["Content-Length": "9"])
      let cases: [(RunStatus, RunRequest?, RunBodies)] = [
        (.failed, nil, RunBodies(input: [1], isInputCut: true)), (.failed, short, RunBodies(input: [1])),
        (.running, nil, RunBodies()),
      ]
      for (status, request, bodies) in cases {
        let old = try await run(gateway, status: status, request: request, bodies: bodies)
        let answer = try await gateway.request("POST", "/api/v1/runs/\(old.id)/replay", key: "main-editor")
        #expect(answer.status == 409)
      }
      #expect(gateway.runs.invocations.isEmpty)
    }
  }
}
