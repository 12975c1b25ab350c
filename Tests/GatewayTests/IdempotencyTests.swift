import Engine
import Foundation
import Gateway
import Model
import Store
import Synchronization
import Testing

/// Requests that are sent again with the same `Idempotency-Key`. The engine is a test's own, so that here a run is what
/// the test says it became.
@Suite(.timeLimit(.minutes(5))) struct IdempotencyTests {
  private func ask(
    _ gateway: TestGateway, _ idempotencyKey: String = "k1", method: String = "POST", target: String = "/main/open",
    key: String? = "main-invoker", body: String? = "{\"a\":1}", more: [String] = []
  ) async throws -> RawResponse {
    try await gateway.request(
      method, target, key: key,
      headers: ["Idempotency-Key: \(idempotencyKey)", "Content-Type: application/json"] + more,
      body: body)
  }

  /// Puts down how the run of the first request ended.
  private func end(
    _ gateway: TestGateway, _ status: RunStatus, failure: RunFailure? = nil, _ bodies: RunBodies = RunBodies()
  ) throws {
    let invocation = try #require(gateway.runs.invocations.last)
    gateway.store.state.withLock { state in
      state.runs.removeAll { $0.run.id == invocation.id }
      var run = FakeRuns.run(invocation, status: status)
      run.failure = failure
      state.runs.append((run, bodies))
    }
  }

  @Test func theSameRequestGetsTheFirstAnswerWithoutARun() async throws {
    try await TestGateway.with { gateway in
      let first = try await ask(gateway)
      #expect(first.status == 200)
      #expect(first.header("idempotency-replayed") == nil)
      try end(
        gateway, .succeeded,
        RunBodies(
          output: Array("made".utf8),
          response: RunResponse(status: 201, headers: [HeaderField(name: "X-Made", value: "yes")])))
      let second = try await ask(gateway)
      #expect(second.status == 201)
      #expect(second.text == "made")
      #expect(second.header("x-made") == "yes")
      #expect(second.header("content-type") == "text/plain; charset=utf-8")
      #expect(second.header("grapnel-run") == first.header("grapnel-run"))
      #expect(second.header("idempotency-replayed") == "true")
      #expect(gateway.runs.invocations.count == 1)
      #expect(gateway.runs.invocations[0].claim?.caller.hasPrefix("key:") == true)
    }
  }

  @Test func resultsAndEmptyOnesAreReplayedToo() async throws {
    try await TestGateway.with { gateway in
      _ = try await ask(gateway, "json")
      try end(gateway, .succeeded, RunBodies(result: ["n": 1], response: RunResponse()))
      let json = try await ask(gateway, "json")
      #expect(json.text == "{\"n\":1}\n")
      #expect(json.header("content-type") == "application/json")
      _ = try await ask(gateway, "nothing")
      try end(gateway, .succeeded, RunBodies(result: .null, response: RunResponse()))
      #expect(try await ask(gateway, "nothing").status == 204)
    }
  }

  @Test func anotherRequestWithTheKeyIsRefused() async throws {
    try await TestGateway.with { gateway in
      _ = try await ask(gateway)
      try end(gateway, .succeeded)
      let changes: [() async throws -> RawResponse] = [
        { try await ask(gateway, body: "{\"a\":2}") }, { try await ask(gateway, method: "PUT") },
        { try await ask(gateway, target: "/main/open?x=1") }, { try await ask(gateway, target: "/main/open/rest") },
      ]
      for change in changes {
        let answer = try await change()
        #expect(answer.status == 422)
        #expect(try answer.json()["error"]?["code"] == "mismatch")
      }
      #expect(gateway.runs.invocations.count == 1)
      // Another key, caller or hook is another request.
      #expect(try await ask(gateway, "k2").status == 200)
      #expect(try await ask(gateway, key: "main-editor").status == 200)
      #expect(try await ask(gateway, key: nil).status == 200)
      #expect(try await ask(gateway, target: "/main/hello").status == 200)
      #expect(gateway.runs.invocations.count == 5)
    }
  }

  @Test func whileTheFirstRunsTheOthersAreToldSo() async throws {
    try await TestGateway.with { gateway in
      _ = try await ask(gateway)
      try end(gateway, .running)
      let answer = try await ask(gateway)
      #expect(answer.status == 409)
      #expect(answer.header("retry-after") == "1")
      #expect(answer.header("idempotency-replayed") == nil, "that is not the first one's answer")
      #expect(answer.header("grapnel-run") == gateway.runs.invocations[0].id.text)
    }
  }

  @Test func failuresAreRememberedUnlessNothingStarted() async throws {
    try await TestGateway.with { gateway in
      _ = try await ask(gateway)
      try end(gateway, .failed, failure: RunFailure(reason: "exit", message: "code 1"))
      let failed = try await ask(gateway)
      #expect(failed.status == 502)
      #expect(failed.header("idempotency-replayed") == "true")
      try end(gateway, .lost, failure: RunFailure(reason: "host", message: "died"))
      #expect(try await ask(gateway).status == 503)
      #expect(gateway.runs.invocations.count == 1)
      try end(gateway, .failed, failure: RunFailure(reason: "spawn", message: "no sandbox"))
      #expect(try await ask(gateway).status == 200)
      #expect(gateway.runs.invocations.count == 2)
      gateway.runs.answers { _ throws(RunProblem) in throw RunProblem(Problem(.tooMany, "full")) }
      #expect(try await ask(gateway, "busy").status == 429)
      gateway.runs.answers { invocation throws(RunProblem) in FakeRuns.answer(invocation, text: "ok") }
      #expect(try await ask(gateway, "busy").status == 200)
    }
  }

  @Test func whatIsNotKeptIsNotRunAgain() async throws {
    try await TestGateway.with { gateway in
      let first = try await ask(gateway)
      try end(gateway, .succeeded, RunBodies(output: [65], isOutputCut: true, response: RunResponse()))
      let cut = try await ask(gateway)
      #expect(cut.status == 409)
      #expect(cut.header("grapnel-run") == first.header("grapnel-run"))
      #expect(cut.header("retry-after") == nil && cut.header("idempotency-replayed") == nil)
      gateway.store.state.withLock { $0.runs = [] }
      #expect(try await ask(gateway).status == 409)
      #expect(gateway.runs.invocations.count == 1)
    }
  }

  @Test func anAsynchronousRunIsAcceptedAgainAsTheSame() async throws {
    try await TestGateway.with { gateway in
      let first = try await ask(gateway, target: "/main/open?_async=1")
      let second = try await ask(gateway, target: "/main/open?_async=1")
      #expect(first.status == 202 && second.status == 202)
      #expect(first.header("location") == second.header("location"))
      #expect(second.header("idempotency-replayed") == "true")
      #expect(gateway.runs.invocations.count == 1)
    }
  }

  @Test func keysRunOutAfterADay() async throws {
    try await TestGateway.with { gateway in
      _ = try await ask(gateway)
      try end(gateway, .succeeded)
      gateway.clock.advance(by: .seconds(86_399))
      _ = try await ask(gateway)
      #expect(gateway.runs.invocations.count == 1)
      gateway.clock.advance(by: .seconds(1))
      _ = try await ask(gateway)
      #expect(gateway.runs.invocations.count == 2)
    }
  }

  @Test func keysAreChecked() async throws {
    try await TestGateway.with { gateway in
      for key in ["", "a b", String(repeating: "x", count: 256)] {
        let answer = try await ask(gateway, key)
        #expect(answer.status == 400, "\(key)")
        #expect(try answer.json()["error"]?["field"] == "Idempotency-Key")
      }
      #expect(try await ask(gateway, String(repeating: "x", count: 255)).status == 200)
      let large = String(repeating: "x", count: (1 << 20) + 1)
      #expect(try await ask(gateway, "large", body: large).status == 413)
    }
  }
}
