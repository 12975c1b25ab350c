import Model
import Store
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct EventTests {
  private func append(_ gateway: TestGateway, _ kinds: [String], host: Bool = false) async throws {
    for kind in kinds {
      _ = try await gateway.store.append(
        Event(
          instance: host ? nil : gateway.main.id, time: gateway.clock.now, kind: kind, subject: "it", actor: "key:1",
          data: ["name": "x"]))
    }
  }

  @Test func listing() async throws {
    try await TestGateway.with { gateway in
      try await append(gateway, ["hook.deployed", "key.created", "hook.removed"])
      try await append(gateway, ["key.removed"], host: true)
      let page = { (query: String, key: String) in
        try await gateway.request("GET", "/api/v1/events?\(query)", key: key).decoded(Page<EventResource>.self)
      }
      let all = try await page("", "main-viewer")
      #expect(all.items.map(\.kind) == ["hook.deployed", "key.created", "hook.removed"])
      #expect(all.items[0].instance == "main" && all.items[0].actor == "key:1" && all.items[0].data == ["name": "x"])
      #expect(try await page("limit=1", "main-viewer").items.map(\.kind) == ["hook.removed"], "the last ones")
      let first = try await page("after=0&limit=2", "main-viewer")
      #expect(first.items.map(\.sequence) == [1, 2] && first.nextCursor == "2")
      #expect(try await page("kind=hook", "main-viewer").items.map(\.sequence) == [1, 3])
      #expect(try await page("", "other-viewer").items.isEmpty)
      let host = try await page("scope=host", "admin")
      #expect(host.items.map(\.kind) == ["key.removed"] && host.items[0].instance == nil)
      #expect(try await gateway.request("GET", "/api/v1/events?scope=host", key: "main-admin").status == 403)
      for query in ["after=-1", "limit=0", "scope=all"] {
        #expect(try await gateway.request("GET", "/api/v1/events?\(query)", key: "main-viewer").status == 400)
      }
    }
  }

  @Test func following() async throws {
    try await TestGateway.with { gateway in
      try await append(gateway, ["hook.deployed"])
      let client = try gateway.client()
      try await client.send(
        "GET /api/v1/events/stream?kind=hook HTTP/1.1\r\nHost: t\r\n"
          + "Authorization: Bearer \(gateway.secrets["main-viewer"] ?? "")\r\n\r\n")
      while try await client.line() != ": tail" {}
      try await append(gateway, ["key.created", "hook.removed"])
      while try await client.line() != "event: event" {}
      #expect(try await client.line() == "id: 3")
      #expect(
        try await client.line().hasPrefix(#"data: {"actor":"key:1","data":{"name":"x"},"instance":"main","kind":"#))
      client.close()
    }
  }
}
