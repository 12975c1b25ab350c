import Engine
import Gateway
import Model
import Store
import Testing

/// Rates and CORS over the wire.
@Suite(.timeLimit(.minutes(5))) struct AdmissionTests {
  private static func deploy(_ gateway: TestGateway, _ name: String, _ endpoint: EndpointRule) async throws {
    _ = try await gateway.store.deploy(
      instance: gateway.main.id, name: name,
      bundle: Bundle(hash: String(repeating: "a", count: 64), size: 1, fileCount: 1),
      definition: HookDefinition(runtime: "bash", entry: "main.sh", endpoint: endpoint), origin: "folder",
      at: gateway.clock.now)
  }

  private let hourly = Rate(count: 2, interval: .seconds(3600))

  @Test func aHooksRatesAreKeptBeforeTheBodyIsRead() async throws {
    try await TestGateway.with { gateway in
      try await Self.deploy(
        gateway, "rated",
        EndpointRule(
          isPublic: true, rate: RateRule(perKey: hourly, perAddress: Rate(count: 3, interval: .seconds(7200)))))
      let first = try await gateway.request("POST", "/main/rated", key: "main-invoker")
      #expect(first.status == 200)
      #expect(
        first.header("ratelimit-policy") == "\"hook_per_address\";q=3;w=7200, \"hook_per_key\";q=2;w=3600")
      #expect(first.header("ratelimit")?.contains("\"hook_per_address\";r=2;t=") == true)
      #expect(first.header("ratelimit")?.contains("\"hook_per_key\";r=1;t=") == true)
      #expect(try await gateway.request("POST", "/main/rated", key: "main-invoker").status == 200)
      let client = try gateway.client()
      let secret = try #require(gateway.secrets["main-invoker"])
      // The body never comes, and nobody waits for it.
      try await client.send(
        "POST /main/rated HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer \(secret)\r\nContent-Length: 10\r\n\r\n")
      #expect(try await client.line().hasPrefix("HTTP/1.1 429"))
      client.close()
      let refused = try await gateway.request("POST", "/main/rated")
      #expect(refused.status == 429)
      #expect(try refused.json()["error"]?["field"] == "endpoint.rate.per_address")
      #expect(try refused.json()["error"]?["rule"] == "3/2h")
      #expect(refused.header("retry-after").flatMap { Int($0) }.map { (1...2400).contains($0) } == true)
      #expect(try await gateway.request("POST", "/main/open", key: "main-invoker").status == 200)
      #expect(gateway.runs.invocations.count == 3)
    }
  }

  /// A flood at one hook costs no other, be its rates the same.
  @Test func hooksHaveRatesOfTheirOwn() async throws {
    try await TestGateway.with { gateway in
      for name in ["first", "second"] {
        try await Self.deploy(
          gateway, name, EndpointRule(isPublic: true, rate: RateRule(perKey: hourly, perAddress: hourly)))
      }
      for hook in ["first", "second"] {
        var statuses: [Int] = []
        for _ in 0..<3 {
          statuses.append(try await gateway.request("POST", "/main/\(hook)", key: "main-invoker").status)
        }
        #expect(statuses == [200, 200, 429])
      }
    }
    try await TestGateway.with { gateway in
      for name in ["first", "second"] {
        try await Self.deploy(gateway, name, EndpointRule(isPublic: true, rate: RateRule(perKey: hourly)))
      }
      for hook in ["first", "second"] {
        var statuses: [Int] = []
        for _ in 0..<3 {
          statuses.append(try await gateway.request("POST", "/main/\(hook)", key: "main-invoker").status)
        }
        #expect(statuses == [200, 200, 429])
        // Without a key there is nothing to count by.
        let status = try await gateway.request("POST", "/main/\(hook)").status
        #expect(status == 200)
      }
    }
  }

  @Test func theServersRatesCountEverything() async throws {
    let rate = hourly
    try await TestGateway.with({
      $0.rate = RateRule(perKey: rate)
    }) { (gateway: TestGateway) async throws -> Void in
      #expect(try await gateway.request("GET", "/api/v1/version", key: "admin").status == 200)
      #expect(try await gateway.request("GET", "/main/hello", key: "admin").status == 200)
      #expect(try await gateway.request("GET", "/main/hello", key: "admin").status == 429)
      #expect(try await gateway.request("GET", "/main/hello", key: "main-admin").status == 200)
    }
    try await TestGateway.with({
      $0.rate = RateRule(perAddress: rate)
    }) { (gateway: TestGateway) async throws -> Void in
      #expect(try await gateway.request("GET", "/main/nothing").status == 401)
      #expect(try await gateway.request("GET", "/main/open").status == 200)
      #expect(try await gateway.request("GET", "/main/open").status == 429)
      #expect(try await gateway.request("GET", "/healthz").status == 200)
    }
  }

  @Test func wrongKeysAreBounded() async throws {
    let rate = hourly
    try await TestGateway.with({
      $0.failedKeys = rate
    }) { (gateway: TestGateway) async throws -> Void in
      #expect(try await gateway.request("GET", "/main/hello", key: "wrong").status == 401)
      // A use of its own for the header is a public hook's right.
      for _ in 0..<4 { #expect(try await gateway.request("GET", "/main/open", key: "theirs").status == 200) }
      #expect(try await gateway.request("GET", "/api/v1/version", key: "wrong").status == 401)
      let refused = try await gateway.request("GET", "/main/hello", key: "admin")
      #expect(refused.status == 429)
      #expect(try refused.json()["error"]?["field"] == "http.rate.failed_keys")
      #expect(try await gateway.request("GET", "/main/open", key: "admin").status == 200)
      #expect(gateway.runs.invocations.last?.cause.key == nil)
      #expect(try await gateway.request("GET", "/main/hello").status == 401)
    }
    // Without the setting, this machine is spared.
    try await TestGateway.with { gateway in
      for _ in 0..<70 { _ = try await gateway.request("GET", "/main/hello", key: "wrong") }
      #expect(try await gateway.request("GET", "/main/hello", key: "admin").status == 200)
    }
  }

  @Test func callersBehindATrustedProxyAreToldApart() async throws {
    let rate = Rate(count: 1, interval: .seconds(3600))
    try await TestGateway.with({
      $0.rate = RateRule(perAddress: rate)
      $0.trustedProxies = [AddressRange(text: "127.0.0.0/8")!]
    }) { (gateway: TestGateway) async throws -> Void in
      let ask = { (address: String) in
        try await gateway.request("GET", "/main/open", headers: ["X-Forwarded-For: \(address)"]).status
      }
      #expect(try await ask("198.51.100.7") == 200)
      #expect(gateway.runs.invocations.last?.request?.remoteAddress == "198.51.100.7")
      #expect(try await ask("198.51.100.7") == 429)
      #expect(try await ask("198.51.100.7, 198.51.100.8") == 200)
      #expect(try await ask("2001:db8::1") == 200)
      #expect(try await ask("2001:db8::2") == 429)
    }
  }

  private let page = "Origin: https://app.example"

  private func question(_ gateway: TestGateway, _ path: String, origin: String) async throws -> RawResponse {
    try await gateway.request(
      "OPTIONS", path,
      headers: [origin, "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type"])
  }

  @Test func preflightsAreAnsweredWithoutKeyAndRun() async throws {
    try await TestGateway.with { gateway in
      try await Self.deploy(
        gateway, "shared",
        EndpointRule(
          methods: ["POST"],
          cors: CORSRule(origins: ["https://app.example"], headers: ["X-A", "X-B"], allowsCredentials: true)))
      let answer = try await question(gateway, "/main/shared", origin: page)
      #expect(answer.status == 204)
      #expect(answer.header("access-control-allow-origin") == "https://app.example")
      #expect(answer.header("access-control-allow-methods") == "POST")
      #expect(answer.header("access-control-allow-headers") == "X-A, X-B")
      #expect(answer.header("access-control-allow-credentials") == "true")
      #expect(answer.header("access-control-max-age") == "600")
      #expect(answer.header("vary")?.contains("Origin") == true)
      let stranger = try await question(gateway, "/main/shared", origin: "Origin: https://app.example.evil")
      #expect(stranger.status == 204)
      #expect(stranger.header("access-control-allow-origin") == nil)
      #expect(stranger.header("access-control-allow-methods") == nil)
      #expect(stranger.header("vary")?.contains("Origin") == true)
      #expect(try await question(gateway, "/main/hello", origin: page).status == 401)
      #expect(try await question(gateway, "/main/nothing", origin: page).status == 401)
      #expect(gateway.runs.invocations.isEmpty)
    }
  }

  @Test func anAnswerMayBeReadByThePageAlsoWhenItIsAnError() async throws {
    try await TestGateway.with { gateway in
      try await Self.deploy(
        gateway, "shared", EndpointRule(methods: ["POST"], cors: CORSRule(origins: ["https://app.example"])))
      gateway.runs.answers { invocation throws(RunProblem) in
        FakeRuns.answer(
          invocation, text: "ok", headers: [HeaderField(name: "Access-Control-Allow-Origin", value: "https://other")])
      }
      let answer = try await gateway.request("POST", "/main/shared", key: "main-invoker", headers: [page])
      #expect(answer.status == 200)
      #expect(answer.header("access-control-allow-origin") == "https://app.example")
      #expect(answer.header("access-control-expose-headers") == "Grapnel-Run, Location, Retry-After")
      #expect(answer.header("access-control-allow-credentials") == nil)
      #expect(answer.header("vary") == "Origin")
      for (method, key, status) in [("POST", nil, 401), ("GET", "main-invoker", 405), ("POST", "other-admin", 404)] {
        let error = try await gateway.request(method, "/main/shared", key: key, headers: [page])
        #expect(error.status == status)
        #expect(error.header("access-control-allow-origin") == "https://app.example")
      }
      let stranger = try await gateway.request(
        "POST", "/main/shared", key: "main-invoker", headers: ["Origin: https://evil.example"])
      #expect(stranger.status == 200)
      #expect(stranger.header("access-control-allow-origin") == nil)
      #expect(stranger.header("vary") == "Origin")
      #expect(try await gateway.request("GET", "/main/open", headers: [page]).header("vary") == nil)
    }
  }

  @Test func anyOriginMeansAny() async throws {
    try await TestGateway.with { gateway in
      try await Self.deploy(gateway, "any", EndpointRule(isPublic: true, cors: CORSRule(origins: ["*"])))
      let answer = try await gateway.request("POST", "/main/any", headers: ["Origin: null"])
      #expect(answer.header("access-control-allow-origin") == "*")
      #expect(answer.header("vary") == nil)
      let question = try await question(gateway, "/main/any", origin: page)
      #expect(question.header("access-control-allow-methods") == "GET, HEAD, POST, PUT, PATCH, DELETE")
    }
  }

  @Test func otherOptionsReachTheHook() async throws {
    try await TestGateway.with { gateway in
      try await Self.deploy(
        gateway, "own", EndpointRule(isPublic: true, methods: ["OPTIONS"], cors: CORSRule(origins: ["*"])))
      #expect(try await gateway.request("OPTIONS", "/main/own", headers: [page]).status == 200)
      #expect(gateway.runs.invocations.map { $0.request?.method } == ["OPTIONS"])
    }
  }
}
