import Foundation
import GrapnelClient
import Model
import Testing

/// Each test speaks over real sockets, so that URLSession's behaviour is tested too.
struct ClientTests {
  private let run = "01jd0000000000000000000000"

  @Test func sendsTheKeyAndEscapesWhatStandsInThePath() async throws {
    let server = try ScriptedServer([jsonAnswer("{\"items\":[]}"), jsonAnswer("{\"items\":[]}")])
    let client = Client(server: server.url, key: "grk_secret")
    _ = try await client.hooks(instance: "a b&c")
    _ = try await client.traces(TraceQuery(hook: "h", status: .timedOut, limit: 5))
    #expect(server.requests[0].hasPrefix("GET /api/v1/hooks?instance=a%20b%26c HTTP/1.1\r\n"))
    #expect(server.requests[0].contains("Authorization: Bearer grk_secret\r\n"))
    #expect(server.requests[1].hasPrefix("GET /api/v1/runs?hook=h&status=timed_out&limit=5 HTTP/1.1\r\n"))
  }

  @Test func namesNeverBecomePaths() async throws {
    let server = try ScriptedServer([jsonAnswer("{}", status: 404)])
    _ = try? await Client(server: server.url, key: nil).hook(named: "../keys?x")
    #expect(server.requests[0].hasPrefix("GET /api/v1/hooks/..%2Fkeys%3Fx HTTP/1.1\r\n"))
    #expect(!server.requests[0].contains("Authorization"))
  }

  @Test func decodesErrorsIntoProblems() async throws {
    let body = """
      {"error":{"code":"invalid","message":"too long","field":"/name","rule":"maxLength: 80"},"run":"\(run)"}
      """
    let server = try ScriptedServer([jsonAnswer(body, status: 400)])
    let expected = ProblemResource(
      error: Problem(.invalid, "too long", field: "/name", rule: "maxLength: 80"), run: ID(run))
    await #expect(throws: ClientError.refused(expected, status: 400)) {
      _ = try await Client(server: server.url, key: nil).run(hook: "hello", payload: ["name": "x"])
    }
    #expect(server.requests[0].hasPrefix("POST /api/v1/hooks/hello/runs HTTP/1.1\r\n"))
    #expect(server.requests[0].contains("\"async\":false"))
  }

  @Test func tellsAForeignServerFromOurs() async throws {
    let server = try ScriptedServer([
      ["HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"],
      jsonAnswer("<html>", status: 502), jsonAnswer("[1]"),
    ])
    let client = Client(server: server.url, key: "grk_secret")
    await #expect(
      throws: ClientError.unexpectedAnswer(status: 302, detail: "it redirects to http://elsewhere.example/")
    ) { _ = try await client.keys() }
    await #expect(throws: ClientError.unexpectedAnswer(status: 502, detail: "it is not a Grapnel server's")) {
      _ = try await client.keys()
    }
    await #expect {
      _ = try await client.keys()
    } throws: { error in
      if case .unexpectedAnswer(status: 200, _)? = error as? ClientError { true } else { false }
    }
  }

  @Test func saysWhenNobodyListens() async throws {
    let port = try SilentPort()
    await #expect {
      try await Client(server: port.url, key: nil).checkHealth()
    } throws: { error in
      if case .unreachable? = error as? ClientError { true } else { false }
    }
    withExtendedLifetime(port) {}
  }

  @Test func cancelsWithTheTask() async throws {
    let server = try ScriptedServer([["HTTP/1.1 200 OK\r\n"]], gated: true)
    let call = Task { try await Client(server: server.url, key: nil).version() }
    call.cancel()
    await #expect(throws: CancellationError.self) { _ = try await call.value }
    server.release()
  }

  @Test func givesTheRunDoorsAnswerWhateverItsStatus() async throws {
    let server = try ScriptedServer([
      ["HTTP/1.1 418 Teapot\r\nX-A: b\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"]
    ])
    let client = Client(server: server.url, key: nil)
    let answer = try await client.call(
      hook: "tea", rest: ["a/b", ".."], query: [("q", "1=2")], headers: [HeaderField(name: "X-In", value: "1")],
      body: Array("body".utf8))
    #expect(answer.status == 418)
    #expect(answer.header("x-a") == "b")
    #expect(try await answer.collect(upTo: 10) == Array("abc".utf8))
    #expect(server.requests[0].hasPrefix("POST /main/tea/a%2Fb/%2E%2E?q=1%3D2 HTTP/1.1\r\n"))
    #expect(server.requests[0].contains("X-In: 1\r\n"))
    #expect(server.requests[0].hasSuffix("\r\n\r\nbody"))
  }
}
