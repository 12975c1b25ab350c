import Engine
import Gateway
import Model
import Testing

@Suite(.timeLimit(.minutes(5))) struct RunDoorTests {
  @Test func runsAHookForAKey() async throws {
    try await TestGateway.with { gateway in
      let answer = try await gateway.request("GET", "/main/hello?name=Ada", key: "main-invoker")
      #expect(answer.status == 200)
      #expect(answer.text == "ok")
      #expect(answer.header("content-length") == "2")
      #expect(answer.header("date") == "Tue, 14 Nov 2023 22:13:20 GMT")
      let invocation = try #require(gateway.runs.invocations.first)
      #expect(answer.header("grapnel-run") == invocation.id.text)
      #expect(invocation.payload == ["name": "Ada"])
      #expect(invocation.textMembers == ["name"])
      #expect(invocation.cause.kind == .http)
      #expect(invocation.cause.key != nil)
      #expect(invocation.hook.name == "hello")
      #expect(invocation.instance.name == "main")
      #expect(!invocation.isAsynchronous)
      #expect(invocation.request?.remoteAddress == "127.0.0.1")
      #expect(invocation.request?.query == "name=Ada")
    }
  }

  // Who gets what where: nothing but a key tells whether something is there.
  @Test(
    arguments: [
      ("/main/hello", nil, 401), ("/main/nothing", nil, 401), ("/nowhere/hello", nil, 401), ("/main/open", nil, 200),
      ("/main/hello", "wrong", 401), ("/main/open", "wrong", 200), ("/main/hello", "main-invoker", 200),
      ("/main/hello", "main-admin", 200), ("/main/nothing", "main-invoker", 404), ("/nowhere/x", "main-admin", 404),
      ("/main/hello", "other-admin", 404), ("/main/nothing", "other-admin", 404), ("/main/open", "other-admin", 200),
      ("/other/hello", "admin", 200), ("/other/nothing", "admin", 404), ("/main", nil, 404), ("/", nil, 404),
      ("/console/x", nil, 404), ("/metrics/x", "admin", 404), ("/v1/buckets", "admin", 404),
    ] as [(String, String?, Int)])
  func access(target: String, key: String?, status: Int) async throws {
    try await TestGateway.with { gateway in
      let answer = try await gateway.request("GET", target, key: key)
      #expect(answer.status == status)
      #expect((answer.header("www-authenticate") != nil) == (status == 401))
      if status != 200 {
        #expect(try answer.problem().code == (status == 401 ? .unauthenticated : .notFound))
        #expect(answer.header("cache-control") == "no-store")
        #expect(answer.header("x-content-type-options") == "nosniff")
      }
    }
  }

  /// Who shows a key that has expired is not told to show one.
  @Test func aKeyThatDoesNotWorkIsNotTheSameAsNone() async throws {
    try await TestGateway.with { gateway in
      for target in ["/main/hello", "/main/nothing", "/api/v1/hooks"] {
        let none = try await gateway.request("GET", target).problem()
        #expect(none.message == "a key is needed")
        let wrong = try await gateway.request("GET", target, key: "wrong").problem()
        #expect(wrong.message == "the key does not work")
      }
    }
  }

  @Test func whatIsNotThereAndWhatIsNotTheirsAnswerAlike() async throws {
    try await TestGateway.with { gateway in
      let strangers = try await ["/main/hello", "/main/nothing", "/nowhere/hello"].asyncMap {
        try await gateway.request("GET", $0).body
      }
      #expect(Set(strangers).count == 1)
      let others = try await ["/main/hello", "/main/nothing", "/nowhere/hello"].asyncMap {
        try await gateway.request("GET", $0, key: "other-admin").body
      }
      #expect(Set(others).count == 1)
    }
  }

  @Test func onlyBearerIsACredential() async throws {
    try await TestGateway.with { gateway in
      let secret = try #require(gateway.secrets["main-invoker"])
      for header in [
        "Authorization: Basic \(secret)", "Authorization: \(secret)", "X-Api-Key: \(secret)",
        "Cookie: key=\(secret)", "Authorization: Bearer",
      ] {
        #expect(try await gateway.request("GET", "/main/hello", headers: [header]).status == 401)
      }
      #expect(try await gateway.request("GET", "/main/hello?key=\(secret)").status == 401)
      let lowercase = try await gateway.request("GET", "/main/hello", headers: ["authorization: bearer  \(secret)"])
      #expect(lowercase.status == 200)
    }
  }

  @Test func methods() async throws {
    try await TestGateway.with { gateway in
      let refused = try await gateway.request("POST", "/main/reader", body: "x")
      #expect(refused.status == 405)
      #expect(refused.header("allow") == "GET, HEAD")
      #expect(try await gateway.request("OPTIONS", "/main/reader").status == 405)
      #expect(try await gateway.request("OPTIONS", "/main/open").status == 200)
      #expect(try await gateway.request("PURGE", "/main/open").status == 200)
      #expect(gateway.runs.invocations.last?.request?.method == "PURGE")
      let head = try await gateway.request("HEAD", "/main/reader")
      #expect(head.status == 200)
      #expect(head.header("content-length") == "2")
      let client = try gateway.client()
      _ = try await client.request("HEAD", "/main/reader")
      #expect(try await client.request("GET", "/main/reader").text == "ok", "a HEAD leaves nothing on the connection")
      // A stranger does not learn which methods a hook has.
      #expect(try await gateway.request("POST", "/main/hello").status == 401)
    }
  }

  @Test(arguments: [
    ("/main/..%2f..%2fetc%2fpasswd", 401), ("/main/hello%00", 401), ("/..%2fmain/hello", 401), ("//main/hello", 401),
    ("/%6dain/%6fpen", 200), ("/main/%256fpen", 401), ("/main/%zz", 401), ("/main/%", 401), ("/main/open%2fx", 401),
    ("/MAIN/open", 401), ("/main/open/", 200), ("/main/./open", 401), ("/main/open/../../x", 200),
    ("/main/open/%zz", 400), ("/main/open/%00", 400), ("/main/open?%", 400), ("/main/open?a=%ff", 400),
    ("http://test/main/open", 200), ("*", 400), ("/main/\u{1F600}", 400),
  ])
  func hostilePaths(target: String, status: Int) async throws {
    try await TestGateway.with { gateway in
      let answer = try await gateway.request("GET", target)
      #expect(answer.status == status)
    }
  }

  @Test func theRestOfThePath() async throws {
    try await TestGateway.with { gateway in
      for (target, path) in [
        ("/main/open", ""), ("/main/open/", "/"), ("/main/open/a/b", "/a/b"), ("/main/open/a%20b%2Fc", "/a b/c"),
        ("/main/open/%2e%2e/x", "/../x"), ("/main/open/a%2520", "/a%20"), ("/main/open/a+b?c=d", "/a+b"),
      ] {
        _ = try await gateway.request("GET", target)
        #expect(gateway.runs.invocations.last?.request?.path == path)
      }
    }
  }

  @Test func credentialsReachNoRun() async throws {
    try await TestGateway.with { gateway in
      _ = try await gateway.request(
        "GET", "/main/hello", key: "main-invoker",
        headers: [
          "Cookie: a=b", "Proxy: evil", "X-Api-Key: k", "X-Auth: a", "X-Access-Token: t", "Proxy-Authorization: p",
          "X-Secret: s", "X-Fine: 1", "X-Fine: 2", "Transfer-Encodingx: no",
        ])
      let headers = try #require(gateway.runs.invocations.first?.request?.headers)
      #expect(headers == ["host": "test", "x-fine": "1, 2", "transfer-encodingx": "no"])
    }
  }

  @Test func traceparent() async throws {
    try await TestGateway.with { gateway in
      let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
      let answer = try await gateway.request(
        "GET", "/main/open", headers: ["traceparent: 00-\(trace)-00f067aa0ba902b7-01"])
      let returned = try #require(answer.header("traceparent"))
      #expect(returned.hasPrefix("00-\(trace)-") && returned.hasSuffix("-01"))
      #expect(!returned.contains("00f067aa0ba902b7"), "the run has a place of its own")
      #expect(gateway.runs.invocations.last?.request?.traceparent == returned)
      for wrong in [
        "00-\(trace)-00f067aa0ba902b7", "01-\(trace)-00f067aa0ba902b7-01",
        "00-\(trace.uppercased())-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-\(trace)-0000000000000000-01", "nonsense",
      ] {
        let new = try #require(
          try await gateway.request("GET", "/main/open", headers: ["traceparent: \(wrong)"]).header("traceparent"))
        #expect(new.utf8.count == 55 && !new.contains(trace))
      }
    }
  }

  @Test func problemsOfTheEngine() async throws {
    try await TestGateway.with { gateway in
      gateway.runs.answers { invocation throws(RunProblem) in
        throw RunProblem(
          Problem(.tooMany, "the queue is full", rule: "limits.queue: 64", retryAfterSeconds: 3), run: invocation.id)
      }
      let answer = try await gateway.request("GET", "/main/open")
      #expect(answer.status == 429)
      #expect(answer.header("retry-after") == "3")
      #expect(answer.header("grapnel-run") == gateway.runs.invocations.last?.id.text)
      #expect(answer.header("traceparent") != nil)
      #expect(try answer.json()["run"]?.stringValue == gateway.runs.invocations.last?.id.text)
      for (code, status) in [
        (Problem.Code.invalid, 400), (.runFailed, 502), (.unavailable, 503), (.timedOut, 504), (.internal, 500),
        (.conflict, 409), (.tooLarge, 413), (.forbidden, 403),
      ] {
        gateway.runs.answers { _ throws(RunProblem) in throw RunProblem(Problem(code, "no")) }
        #expect(try await gateway.request("GET", "/main/open").status == status)
      }
    }
  }

  @Test func asynchronousRuns() async throws {
    try await TestGateway.with { gateway in
      for (target, headers) in [
        ("/main/hello?_async=1&a=b", []), ("/main/hello?a=b", ["Prefer: handling=lenient, respond-async; wait=1"]),
      ] {
        let answer = try await gateway.request("POST", target, key: "main-invoker", headers: headers, body: "plain")
        #expect(answer.status == 202)
        let invocation = try #require(gateway.runs.invocations.last)
        #expect(invocation.isAsynchronous)
        #expect(invocation.payload == ["a": "b"])
        #expect(invocation.request?.query == "a=b")
        guard case .bytes(let bytes) = invocation.input else { return #expect(Bool(false), "the body is kept whole") }
        #expect(bytes == Array("plain".utf8))
        #expect(answer.header("location") == "/api/v1/runs/\(invocation.id)")
        #expect(answer.header("grapnel-run") == invocation.id.text)
        let trace = try answer.decoded(TraceResource.self)
        #expect(trace.id == invocation.id && trace.status == .queued && trace.async)
        let location = try #require(answer.header("location"))
        #expect(try await gateway.request("GET", location, key: "main-invoker").status == 200)
      }
      #expect(try await gateway.request("GET", "/main/open?_async=maybe").status == 400)
      #expect(try await gateway.request("GET", "/main/open?_async=0").status == 200)
    }
  }

  @Test func aRunThatGoesOnAlone() async throws {
    try await TestGateway.with { gateway in
      gateway.runs.answers { invocation throws(RunProblem) in
        .accepted(FakeRuns.run(invocation, status: .running))
      }
      let answer = try await gateway.request("GET", "/main/open")
      #expect(answer.status == 202)
      #expect(answer.header("location") != nil)
    }
  }

  @Test func headersOfHooks() async throws {
    try await TestGateway.with { gateway in
      gateway.runs.answers { invocation throws(RunProblem) in
        FakeRuns.answer(
          invocation, text: "made", status: 201,
          headers: [
            HeaderField(name: "Content-Type", value: "text/plain"), HeaderField(name: "Set-Cookie", value: "a=1"),
            HeaderField(name: "Set-Cookie", value: "b=2"), HeaderField(name: "Content-Length", value: "999"),
            HeaderField(name: "Transfer-Encoding", value: "chunked"), HeaderField(name: "Connection", value: "close"),
            HeaderField(name: "Grapnel-Run", value: "forged"), HeaderField(name: "X-Split", value: "a\r\nX-Evil: 1"),
            HeaderField(name: "Bad Name", value: "x"), HeaderField(name: "X-Evil\r\nY", value: "x"),
            HeaderField(name: "X-Nul", value: "a\0b"),
          ])
      }
      let client = try gateway.client()
      let answer = try await client.request("GET", "/main/open")
      #expect(answer.status == 201)
      #expect(answer.text == "made")
      #expect(answer.headers.filter { $0.name == "set-cookie" }.map(\.value) == ["a=1", "b=2"])
      #expect(answer.headers.filter { $0.name == "grapnel-run" }.count == 1)
      #expect(answer.header("grapnel-run") != "forged")
      for name in ["x-split", "x-evil", "bad name", "x-nul", "transfer-encoding", "connection"] {
        #expect(answer.header(name) == nil)
      }
      #expect(try await client.request("GET", "/main/open").status == 201, "the connection is still good")
    }
  }

  @Test(arguments: [204, 304]) func answersWithoutBody(_ status: Int) async throws {
    try await TestGateway.with { gateway in
      gateway.runs.answers { invocation throws(RunProblem) in
        FakeRuns.answer(invocation, text: "not to be sent", status: status)
      }
      let client = try gateway.client()
      #expect(try await client.request("GET", "/main/open").status == status)
      #expect(try await client.request("GET", "/main/open").status == status)
    }
  }

  @Test(arguments: [0, 100, 101, 199, 600, 999]) func statusesThatAreNone(_ status: Int) async throws {
    try await TestGateway.with { gateway in
      gateway.runs.answers { invocation throws(RunProblem) in
        FakeRuns.answer(invocation, text: "x", status: status)
      }
      let answer = try await gateway.request("GET", "/main/open")
      #expect(answer.status == 502)
    }
  }
}

extension Sequence {
  fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try await body(element)) }
    return values
  }
}
