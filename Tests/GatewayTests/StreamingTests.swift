import Engine
import Gateway
import Model
import Testing

@Suite(.timeLimit(.minutes(5))) struct StreamingTests {
  private func chunk(_ text: String) -> FakeBody.Step { .chunk(Array(text.utf8)) }

  @Test func bodiesStreamAsTheyCome() async throws {
    try await TestGateway.with { gateway in
      let first = Signal()
      gateway.runs.answersWith(FakeBody([chunk("one"), .wait(first), chunk("two")]))
      let client = try gateway.client()
      try await client.send("GET /main/open HTTP/1.1\r\nHost: t\r\n\r\n")
      while try await client.line() != "" {}
      #expect(try await client.line() == "3")
      #expect(try await client.line() == "one")
      first.fire()
      #expect(try await client.line() == "3")
      #expect(try await client.line() == "two")
      #expect(try await client.line() == "0")
    }
  }

  @Test func trailers() async throws {
    try await TestGateway.with { gateway in
      gateway.runs.answersWith(
        FakeBody(
          [chunk("x")],
          trailers: [
            HeaderField(name: "X-Sum", value: "1"), HeaderField(name: "X-Evil", value: "a\r\nb"),
            HeaderField(name: "Content-Length", value: "5"),
          ]))
      let answer = try await gateway.request("GET", "/main/open")
      #expect(answer.text == "x")
      #expect(answer.trailers.map(\.name) == ["x-sum"])
    }
  }

  @Test func aFailureInTheBodyCutsTheConnection() async throws {
    try await TestGateway.with { gateway in
      gateway.runs.answersWith(FakeBody([chunk("part"), .fail]))
      let client = try gateway.client()
      let error = await #expect(throws: RawClient.BrokenOff.self) {
        _ = try await client.request("GET", "/main/open")
      }
      #expect(error.map { String(decoding: $0.received, as: UTF8.self).hasSuffix("0\r\n\r\n") } == false)
      gateway.runs.answers { invocation throws(RunProblem) in
        .response(
          RunningResponse(
            run: invocation.id, head: RunResponse(),
            body: RunBody(FakeBody([.chunk([UInt8](repeating: 1, count: 100_000)), .fail])), contentLength: 200_000))
      }
      let second = try gateway.client()
      await #expect(throws: RawClient.BrokenOff.self) { _ = try await second.request("GET", "/main/open") }
    }
  }

  @Test func aRunThatStopsReadingLeavesTheConnectionGood() async throws {
    try await TestGateway.with { gateway in
      gateway.runs.answers { invocation throws(RunProblem) in
        guard case .stream(let stream, _) = invocation.input else { throw RunProblem(Problem(.internal, "no")) }
        _ = try? await stream.next()
        let reading = Task { try await stream.next() }
        reading.cancel()
        guard case .failure(is CancellationError) = await reading.result else {
          throw RunProblem(Problem(.internal, "the reading went on"))
        }
        return FakeRuns.answer(invocation, text: "enough")
      }
      let client = try gateway.client()
      try await client.send("POST /main/open HTTP/1.1\r\nHost: t\r\nContent-Length: 6\r\n\r\nabc")
      #expect(try await client.response().text == "enough")
      try await client.send("def")
      #expect(try await client.request("GET", "/healthz").status == 200, "the connection is still good")
    }
  }

  @Test func largeBodiesBothWays() async throws {
    try await TestGateway.with { gateway in
      gateway.runs.answers { invocation throws(RunProblem) in
        guard case .stream(let stream, let length) = invocation.input, length == 4 << 20 else {
          throw RunProblem(Problem(.internal, "not streamed"))
        }
        return .response(
          RunningResponse(
            run: invocation.id, head: RunResponse(), body: RunBody(Echo(stream)), contentLength: nil))
      }
      let client = try gateway.client()
      let body = (0..<4 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      async let answer = client.response()
      try await sendOnItsOwn(client, body)
      #expect(try await answer.body == body)
      #expect(try await client.request("GET", "/healthz").status == 200, "the connection is still good")
    }
  }

  /// In pieces, so that reading gets its turns in between.
  private func sendOnItsOwn(_ client: RawClient, _ body: [UInt8]) async throws {
    try await client.send("POST /main/open HTTP/1.1\r\nHost: t\r\nContent-Length: \(body.count)\r\n\r\n")
    for start in stride(from: 0, to: body.count, by: 64 << 10) {
      try await client.send(Array(body[start..<min(start + (64 << 10), body.count)]))
    }
  }

  @Test func noBodyIsAskedForInVain() async throws {
    try await TestGateway.with { gateway in
      let client = try gateway.client()
      try await client.send(
        "POST /main/hello HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
      let answer = try await client.response()
      #expect(answer.status == 401 && answer.header("connection") == "close")
    }
  }

  @Test func continueIsSentWhenTheBodyIsRead() async throws {
    try await TestGateway.with { gateway in
      let client = try gateway.client()
      try await client.send(
        "POST /main/open HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: 3\r\n"
          + "Expect: 100-continue\r\n\r\n")
      #expect(try await client.response().status == 100)
      try await client.send("123")
      #expect(try await client.response().status == 200)
      #expect(gateway.runs.invocations.first?.payload == 123)
    }
  }

  enum Leaving: CaseIterable { case close, reset, finishSending }

  private func leave(_ client: RawClient, _ how: Leaving) {
    switch how {
    case .close: client.close()
    case .reset: client.reset()
    case .finishSending: client.finishSending()
    }
  }

  @Test(arguments: Leaving.allCases) func callersThatGoBeforeTheAnswer(_ how: Leaving) async throws {
    try await TestGateway.with { gateway in
      let started = Signal()
      let cancelled = Signal()
      gateway.runs.answers { _ throws(RunProblem) in
        started.fire()
        await withTaskCancellationHandler {
          await Signal().wait()
        } onCancel: {
          cancelled.fire()
        }
        throw RunProblem(Problem(.unavailable, "cancelled"))
      }
      let client = try gateway.client()
      try await client.send("GET /main/open HTTP/1.1\r\nHost: t\r\n\r\n")
      await started.wait()
      leave(client, how)
      await cancelled.wait()
    }
  }

  @Test(arguments: Leaving.allCases) func callersThatGoDuringTheAnswer(_ how: Leaving) async throws {
    try await TestGateway.with { gateway in
      let body = FakeBody([chunk("x"), .hang])
      gateway.runs.answersWith(body)
      let client = try gateway.client()
      try await client.send("GET /main/open HTTP/1.1\r\nHost: t\r\n\r\n")
      while try await client.line() != "x" {}
      leave(client, how)
      await body.abandoned.wait()
    }
  }

  @Test(arguments: Leaving.allCases) func callersThatGoDuringTheirBody(_ how: Leaving) async throws {
    try await TestGateway.with { gateway in
      let started = Signal()
      let broken = Signal()
      gateway.runs.answers { invocation throws(RunProblem) in
        guard case .stream(let stream, _) = invocation.input else { throw RunProblem(Problem(.internal, "no")) }
        do {
          while try await stream.next() != nil { started.fire() }
        } catch {
          broken.fire()
        }
        throw RunProblem(Problem(.unavailable, "broken"))
      }
      for framing in ["Content-Length: 10", "Transfer-Encoding: chunked"] {
        let client = try gateway.client()
        try await client.send("POST /main/open HTTP/1.1\r\nHost: t\r\n\(framing)\r\n\r\n3\r\nabc\r\n")
        await started.wait()
        leave(client, how)
        await broken.wait()
      }
    }
  }

  @Test func asynchronousRunsOutliveTheirCallers() async throws {
    try await TestGateway.with { gateway in
      let client = try gateway.client()
      try await client.send("GET /main/open?_async=1 HTTP/1.1\r\nHost: t\r\n\r\n")
      client.finishSending()
      #expect(try await client.response().status == 202)
    }
  }

  @Test func aBodyThatNobodyReadsEndsTheConnection() async throws {
    try await TestGateway.with {
      $0.lingerDeadline = .milliseconds(50)
    } _: { gateway in
      let client = try gateway.client()
      // The run answers without reading; the rest of the body never comes.
      try await client.send("POST /main/open HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\nabc")
      #expect(try await client.response().status == 200)
      #expect(try await client.rest().isEmpty)
    }
  }

  @Test func keepAliveAndPipelining() async throws {
    try await TestGateway.with { gateway in
      let client = try gateway.client()
      for _ in 0..<20 { #expect(try await client.request("POST", "/main/open", body: "unread").status == 200) }
      let one = "POST /main/open HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nab"
      try await client.send(String(repeating: one, count: 10))
      for _ in 0..<10 { #expect(try await client.response().text == "ok") }
      #expect(
        try await client.request("GET", "/main/open", headers: ["Connection: close"]).header("connection") == "close")
      #expect(try await client.rest().isEmpty)
    }
  }

  @Test func oldHTTP() async throws {
    try await TestGateway.with { gateway in
      let client = try gateway.client()
      try await client.send("GET /main/open HTTP/1.0\r\n\r\n")
      #expect(String(decoding: try await client.rest(), as: UTF8.self).hasPrefix("HTTP/1.0 200 OK\r\n"))
      gateway.runs.answersWith(FakeBody([chunk("one"), chunk("two")]))
      let second = try gateway.client()
      try await second.send("GET /main/open HTTP/1.0\r\n\r\n")
      let text = String(decoding: try await second.rest(), as: UTF8.self)
      #expect(text.hasSuffix("\r\n\r\nonetwo"), "without chunks")
    }
  }
}

/// Gives back what it reads.
private struct Echo: RunBodySource {
  let stream: RunInputStream

  init(_ stream: RunInputStream) {
    self.stream = stream
  }

  func next() async throws -> [UInt8]? { try await stream.next() }
  func trailers() async -> [HeaderField] { [] }
  func abandon() {}
}
