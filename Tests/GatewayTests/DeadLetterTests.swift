import Engine
import Foundation
import Gateway
import Model
import Store
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct DeadLetterTests {
  private static func letter(_ gateway: TestGateway, _ hook: String = "hello", redrivenAs: ID<Run>? = nil) -> Run {
    var run = Run(
      id: ID(at: gateway.clock.now), instance: gateway.main.id, serial: 4, hook: nil, hookName: hook, bundleHash: "b",
      definition: HookDefinition(runtime: "bash", entry: "main.sh", retries: RetryRule()),
      cause: RunCause(kind: .http), status: .failed, isAsynchronous: true, attempt: 4, queuedAt: gateway.clock.now,
      startedAt: gateway.clock.now, endedAt: gateway.clock.now,
      failure: RunFailure(reason: "exit", message: "the run ended with exit code 1"))
    run.retryOf = ID(at: gateway.clock.now)
    gateway.store.put(run)
    gateway.store.state.withLock {
      $0.letters.append(DeadLetter(run: run, diedAt: gateway.clock.now, redrivenAs: redrivenAs))
    }
    return run
  }

  @Test func areListedByInstanceAndHook() async throws {
    try await TestGateway.with { gateway in
      let run = Self.letter(gateway)
      _ = Self.letter(gateway, "open")
      let answer = try await gateway.request("GET", "/api/v1/dead-letters?hook=hello", key: "main-viewer")
      let page = try JSONDecoder().decode(Page<DeadLetterResource>.self, from: Data(answer.body))
      #expect(page.items == [DeadLetterResource(run, diedAt: gateway.clock.now, instance: "main")])
      #expect(page.items[0].attempts == 4)
      #expect(page.items[0].firstRun == run.retryOf)
      let cut = try await gateway.request("GET", "/api/v1/dead-letters?limit=1", key: "main-viewer")
      #expect(try cut.json()["next_cursor"] == "next")
      let other = try await gateway.request("GET", "/api/v1/dead-letters", key: "other-admin")
      #expect(try other.json()["items"] == [])
      #expect(try await gateway.request("GET", "/api/v1/dead-letters", key: "main-invoker").status == 403)
    }
  }

  @Test func areRedrivenAndRemovedByEditorsOfTheirInstance() async throws {
    try await TestGateway.with { gateway in
      let run = Self.letter(gateway)
      let path = "/api/v1/dead-letters/\(run.id)"
      #expect(try await gateway.request("POST", path + "/redrive", key: "main-viewer").status == 403)
      #expect(try await gateway.request("POST", path + "/redrive", key: "other-admin").status == 404)
      let answer = try await gateway.request("POST", path + "/redrive", key: "main-editor")
      #expect(answer.status == 202)
      #expect(answer.header("location") == "/api/v1/runs/\(run.id)")
      #expect(try await gateway.request("DELETE", path, key: "main-viewer").status == 403)
      #expect(try await gateway.request("DELETE", path, key: "main-editor").status == 204)
      #expect(try await gateway.request("DELETE", path, key: "main-editor").status == 404)
      let again = Self.letter(gateway, redrivenAs: run.id)
      let second = try await gateway.request("POST", "/api/v1/dead-letters/\(again.id)/redrive", key: "main-editor")
      #expect(second.status == 409)
    }
  }

  @Test func aTraceShowsTheAttemptsItIsOneOf() async throws {
    try await TestGateway.with { gateway in
      let run = Self.letter(gateway)
      var first = run
      first.id = try #require(run.retryOf)
      (first.retryOf, first.attempt) = (nil, 1)
      gateway.store.put(first)
      let answer = try await gateway.request("GET", "/api/v1/runs/\(run.id)", key: "main-viewer")
      let trace = try JSONDecoder().decode(TraceResource.self, from: Data(answer.body))
      #expect(trace.retryOf == first.id)
      #expect(trace.attempts.map { Set($0.map(\.id)) } == [first.id, run.id])
      let list = try await gateway.request("GET", "/api/v1/runs", key: "main-viewer")
      #expect(!list.text.contains("\"attempts\""))
    }
  }
}
