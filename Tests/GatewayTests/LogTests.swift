import Model
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct LogTests {
  private func entries(_ gateway: TestGateway, _ texts: [String], hook: String = "hello") -> [LogEntry] {
    texts.map { text in
      LogEntry(
        instance: gateway.main.id, hook: nil, hookName: hook, run: nil, time: gateway.clock.now, level: .info,
        stream: .stderr, value: .json(.string(text)))
    }
  }

  @Test func listing() async throws {
    try await TestGateway.with { gateway in
      try await gateway.runs.log(entries(gateway, (1...60).map { "line \($0)" }))
      let page = { (query: String) in
        try await gateway.request("GET", "/api/v1/logs?\(query)", key: "main-viewer").decoded(Page<LogResource>.self)
      }
      #expect(try await page("").items.map(\.sequence) == Array(11...60), "the last ones")
      let first = try await page("after=0&limit=40")
      #expect(first.items.map(\.sequence) == Array(1...40))
      #expect(first.nextCursor == "40")
      let second = try await page("after=40&limit=40")
      #expect(second.items.count == 20 && second.nextCursor == nil)
      #expect(try await page("hook=other").items.isEmpty)
      for query in ["after=-1", "after=x", "run=x", "limit=0"] {
        #expect(try await gateway.request("GET", "/api/v1/logs?\(query)", key: "main-viewer").status == 400)
      }
    }
  }

  private func events(_ client: RawClient, _ count: Int) async throws -> [Int] {
    var ids: [Int] = []
    while ids.count < count {
      let line = try await client.line()
      if line.hasPrefix("id: ") { ids.append(Int(line.dropFirst(4)) ?? -1) }
    }
    return ids
  }

  private func follow(_ gateway: TestGateway, _ query: String = "", _ headers: String = "") async throws -> RawClient {
    let client = try gateway.client()
    try await client.send(
      "GET /api/v1/logs/stream?\(query) HTTP/1.1\r\nHost: t\r\n\(headers)"
        + "Authorization: Bearer \(gateway.secrets["main-viewer"] ?? "")\r\n\r\n")
    while try await client.line() != ": tail" {}
    return client
  }

  @Test func tailing() async throws {
    try await TestGateway.with { gateway in
      try await gateway.runs.log(entries(gateway, ["old"]))
      let client = try await follow(gateway)
      try await gateway.runs.log(entries(gateway, ["new\nline", "newer"]))
      while try await client.line() != "event: log" {}
      #expect(try await client.line() == "id: 2")
      let data = try await client.line()
      #expect(data.hasPrefix("data: {") && data.contains("new\\nline"))
      #expect(try await events(client, 1) == [3])
    }
  }

  @Test func resuming() async throws {
    try await TestGateway.with { gateway in
      try await gateway.runs.log(entries(gateway, (1...600).map { "\($0)" }))
      let client = try await follow(gateway, "after=10")
      #expect(try await events(client, 590) == Array(11...600))
      try await gateway.runs.log(entries(gateway, ["x"]))
      #expect(try await events(client, 1) == [601])
      let again = try await follow(gateway, "after=10", "Last-Event-ID: 599\r\n")
      #expect(try await events(again, 2) == [600, 601], "the header is the later word")
      let wrong = try await gateway.request(
        "GET", "/api/v1/logs/stream", key: "main-viewer", headers: ["Last-Event-ID: x"])
      #expect(wrong.status == 400)
    }
  }

  @Test func nothingIsMissedOrRepeatedInABurst() async throws {
    try await TestGateway.with { gateway in
      let client = try await follow(gateway, "hook=hello")
      let writing = Task {
        for number in 0..<50 {
          try await gateway.runs.log(entries(gateway, ["\(number)", "and"]))
          try await gateway.runs.log(entries(gateway, ["other"], hook: "other"))
        }
      }
      let ids = try await events(client, 100)
      try await writing.value
      #expect(ids == (1...150).filter { $0 % 3 != 0 })
    }
  }

  @Test func heartbeats() async throws {
    try await TestGateway.with {
      $0.heartbeat = .milliseconds(20)
    } _: { gateway in
      let client = try await follow(gateway)
      while try await client.line() != ": heartbeat" {}
      // What another server wrote is found at a heartbeat.
      _ = try await gateway.store.append(entries(gateway, ["from elsewhere"]))
      #expect(try await events(client, 1) == [1])
    }
  }

  @Test func theServersEndEndsTails() async throws {
    try await TestGateway.with { gateway in
      let client = try await follow(gateway)
      async let ended: Void = gateway.server.shutDown(within: .seconds(60))
      let rest = try await client.rest()
      #expect(String(decoding: rest, as: UTF8.self).hasSuffix("0\r\n\r\n"), "a clean end")
      client.close()
      await ended
    }
  }
}
