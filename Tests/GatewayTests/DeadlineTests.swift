import Engine
import Gateway
import Model
import Testing

/// The deadlines are set short, and the tests wait for what the server does, not for time.
@Suite(.timeLimit(.minutes(5))) struct DeadlineTests {
  /// Sends the beginning of a request and reads the answer. On a busy machine it may come too late to get one, for a
  /// client that has said nothing by the deadline is dropped without a word: then again.
  private func refused(
    _ gateway: TestGateway, _ text: String
  ) async throws -> (client: RawClient, answer: RawResponse) {
    for _ in 0..<100 {
      let client = try gateway.client()
      do {
        try await client.send(text)
        return (client, try await client.response())
      } catch is RawClient.BrokenOff {} catch is RawClient.SocketFault {}
    }
    throw Problem(.timedOut, "the client was too slow every time")
  }

  @Test func aSilentClientIsDropped() async throws {
    try await TestGateway.with {
      $0.headDeadline = .milliseconds(50)
    } _: { gateway in
      let rest = try await gateway.client().rest()
      #expect(rest.isEmpty)
    }
  }

  @Test func aSlowHeadIsRefused() async throws {
    try await TestGateway.with {
      $0.headDeadline = .milliseconds(50)
    } _: { gateway in
      let (client, answer) = try await refused(gateway, "GET /main/open HTTP/1.1\r\nHost: t\r\nX-Slow: ")
      #expect(answer.status == 408)
      #expect(answer.header("connection") == "close")
      #expect(try answer.problem().code == .timedOut)
      #expect(try await client.rest().isEmpty)
    }
  }

  @Test func aSlowHeadBehindAnotherRequestTakesNothingFromIt() async throws {
    try await TestGateway.with {
      $0.headDeadline = .milliseconds(200)
      // This side may be slow to read on a busy machine.
      $0.lingerDeadline = .seconds(60)
    } _: { gateway in
      let goOn = Signal()
      gateway.runs.answers { invocation throws(RunProblem) in
        await goOn.wait()
        return FakeRuns.answer(invocation, text: "first")
      }
      let client = try gateway.client()
      try await client.send("GET /main/open HTTP/1.1\r\nHost: t\r\n\r\n")
      try await client.send("GET /main/op")
      // Another connection is refused meanwhile, so the deadline has passed; without an answer where a busy machine let
      // this side say nothing in time.
      for _ in 0..<3 { _ = try? await refused(gateway, "GET") }
      goOn.fire()
      #expect(try await client.response().text == "first")
    }
  }

  @Test func aDrippingHeadIsRefusedToo() async throws {
    try await TestGateway.with {
      $0.headDeadline = .milliseconds(100)
      $0.lingerDeadline = .milliseconds(50)
    } _: { gateway in
      let client = try gateway.client()
      let dripping = Task {
        try await client.send("GET /main/open HTTP/1.1\r\n")
        for _ in 0..<100_000 { try await client.send("X: y\r\n") }
      }
      // A head this long is refused for its size or its time, whichever the server sees first.
      let fast = await dripping.result
      #expect(throws: (any Error).self) { try fast.get() }
    }
  }

  @Test(arguments: ["Content-Length: 1000", "Transfer-Encoding: chunked"])
  func aSlowBodyIsRefused(_ framing: String) async throws {
    try await TestGateway.with {
      $0.bodyDeadline = .milliseconds(50)
    } _: { gateway in
      let client = try gateway.client()
      try await client.send(
        "POST /main/open HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n\(framing)\r\n\r\n3\r\nabc\r\n")
      #expect(try await client.response().status == 408)
      #expect(gateway.runs.invocations.isEmpty)
    }
  }

  @Test func aBodyBelowTheRateIsRefused() async throws {
    try await TestGateway.with {
      $0.bodyDeadline = .milliseconds(50)
      $0.bodyRate = 1 << 30
    } _: { gateway in
      let client = try gateway.client()
      try await client.send(
        "POST /main/open HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n")
      let dripping = Task {
        for _ in 0..<1_000_000 { try await client.send("x") }
      }
      _ = await dripping.result
      #expect(gateway.runs.invocations.isEmpty)
    }
  }

  @Test func aSlowBodyCancelsTheRunThatReadsIt() async throws {
    try await TestGateway.with {
      $0.bodyDeadline = .milliseconds(50)
    } _: { gateway in
      let broken = Signal()
      gateway.runs.answers { invocation throws(RunProblem) in
        guard case .stream(let stream, _) = invocation.input else { throw RunProblem(Problem(.internal, "no")) }
        do {
          while try await stream.next() != nil {}
        } catch {
          broken.fire()
        }
        throw RunProblem(Problem(.unavailable, "broken"))
      }
      let client = try gateway.client()
      try await client.send("POST /main/open HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\nabc")
      #expect(try await client.response().status == 408)
      await broken.wait()
    }
  }

  @Test func aRunThatDoesNotReadIsNotTheClientsFault() async throws {
    try await TestGateway.with {
      // So long that a busy machine does not keep the client itself from sending for half of it.
      $0.bodyDeadline = .seconds(15)
    } _: { gateway in
      let windows = Signal()
      gateway.runs.answers { invocation throws(RunProblem) in
        guard case .stream(let stream, _) = invocation.input else { throw RunProblem(Problem(.internal, "no")) }
        await windows.wait()
        var count = 0
        do {
          while let chunk = try await stream.next() { count += chunk.count }
        } catch { throw RunProblem(Problem(.runFailed, "\(error)")) }
        return FakeRuns.answer(invocation, text: "\(count)")
      }
      let client = try gateway.client()
      let size = 16 << 20
      try await client.send("POST /main/open HTTP/1.1\r\nHost: t\r\nContent-Length: \(size)\r\n\r\n")
      let sending = Task { try await client.send([UInt8](repeating: 1, count: size)) }
      // Another connection is refused for its slowness meanwhile, so a window has passed.
      let slow = try gateway.client()
      try await slow.send(
        "POST /main/open HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n1")
      #expect(try await slow.response().status == 408)
      windows.fire()
      try await sending.value
      #expect(try await client.response().text == "\(size)")
    }
  }

  @Test func idleConnectionsAreClosed() async throws {
    try await TestGateway.with {
      $0.idleDeadline = .milliseconds(50)
    } _: { gateway in
      let client = try gateway.client()
      #expect(try await client.request("GET", "/main/open").status == 200)
      #expect(try await client.rest().isEmpty)
    }
  }

  @Test func aClientThatDoesNotReadIsCutOff() async throws {
    try await TestGateway.with {
      $0.writeDeadline = .milliseconds(50)
    } _: { gateway in
      let body = FakeBody([FakeBody.Step](repeating: .chunk([UInt8](repeating: 1, count: 1 << 20)), count: 64))
      gateway.runs.answersWith(body)
      let client = try gateway.client(receiveBuffer: 4096)
      try await client.send("GET /main/open HTTP/1.1\r\nHost: t\r\n\r\n")
      await body.abandoned.wait()
    }
  }

  @Test(arguments: [1, 100]) func aLargeHeadIsRefused(_ fields: Int) async throws {
    try await TestGateway.with {
      $0.headLimit = 4096
    } _: { gateway in
      let client = try gateway.client()
      let field = "X-Large: \(String(repeating: "x", count: 8000 / fields))\r\n"
      try await client.send("GET /main/open HTTP/1.1\r\nHost: t\r\n" + String(repeating: field, count: fields) + "\r\n")
      let answer = try await client.response()
      #expect(answer.status == 431)
      #expect(try answer.problem().code == .tooLarge)
      let long = try gateway.client()
      try await long.send("GET /main/open?\(String(repeating: "x", count: 8000))")
      #expect(try await long.response().status == 431)
    }
  }

  @Test(arguments: [
    "nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}\0\0\0\0",
    "GET /main/open HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    "POST /main/open HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
    "POST /main/open HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    "GET /main/open HTTP/1.1\r\nBad Header: x\r\n\r\n",
  ])
  func whatIsNoRequest(_ text: String) async throws {
    try await TestGateway.with { gateway in
      let client = try gateway.client()
      try await client.send(text)
      let answer = try await client.response()
      #expect(answer.status == 400)
      #expect(try await client.rest().isEmpty)
      #expect(gateway.runs.invocations.isEmpty)
    }
  }

  @Test func tooManyConnections() async throws {
    try await TestGateway.with {
      $0.connections = 2
      $0.lingerDeadline = .milliseconds(50)
    } _: { gateway in
      let first = try gateway.client()
      #expect(try await first.request("GET", "/main/open").status == 200)
      let second = try gateway.client()
      #expect(try await second.request("GET", "/main/open").status == 200)
      let third = try gateway.client()
      let answer = try await third.response()
      #expect(answer.status == 503)
      #expect(answer.header("retry-after") == "1")
      #expect(try await third.rest().isEmpty)
      first.close()
      // The place is free when the server has seen the close.
      var status = 503
      for _ in 0..<1000 where status == 503 {
        let next = try gateway.client()
        status = (try? await next.request("GET", "/main/open").status) ?? 503
      }
      #expect(status == 200)
    }
  }

  @Test func manySlowClientsHoldNobodyUp() async throws {
    try await TestGateway.with { gateway in
      var slow: [RawClient] = []
      for _ in 0..<200 {
        let client = try gateway.client()
        try await client.send("POST /main/open HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\n1")
        slow.append(client)
      }
      #expect(try await gateway.request("GET", "/healthz").status == 200)
      #expect(slow.count == 200)
    }
  }
}
