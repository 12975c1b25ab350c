import Engine
import Model
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct PayloadTests {
  private func payload(
    _ target: String, type: String? = nil, body: String? = nil
  ) async throws -> (status: Int, payload: JSONValue?, texts: Set<String>?, input: [UInt8]?, problem: Problem?) {
    let results = AsyncStream.makeStream(of: (Int, JSONValue?, Set<String>?, [UInt8]?, Problem?).self)
    try await TestGateway.with { gateway in
      let input = AsyncStream.makeStream(of: [UInt8].self)
      gateway.runs.answers { invocation throws(RunProblem) in
        var bytes: [UInt8] = []
        switch invocation.input {
        case .bytes(let all): bytes = all
        case .stream(let stream, _):
          do {
            while let chunk = try await stream.next() { bytes += chunk }
          } catch { throw RunProblem(Problem.init(.internal, "\(error)")) }
        }
        input.continuation.yield(bytes)
        return FakeRuns.answer(invocation, text: "")
      }
      let answer = try await gateway.request(
        "POST", target, headers: type.map { ["Content-Type: \($0)"] } ?? [], body: body)
      input.continuation.finish()
      var received: [UInt8]?
      for await bytes in input.stream { received = bytes }
      let invocation = gateway.runs.invocations.first
      results.continuation.yield(
        (
          answer.status, invocation?.payload, invocation?.textMembers, received,
          answer.status < 400 ? nil : try answer.problem()
        ))
      results.continuation.finish()
    }
    for await result in results.stream { return result }
    throw Problem(.internal, "no result")
  }

  @Test func queries() async throws {
    for (query, expected) in [
      ("", [:]), ("a=1", ["a": "1"]), ("a", ["a": ""]), ("a=", ["a": ""]), ("a=1&a=2", ["a": "2"]),
      ("a=b=c", ["a": "b=c"]), ("a+b=c+d", ["a b": "c d"]), ("a%26=%3D", ["a&": "="]), ("&&a=1&", ["a": "1"]),
      ("=x", [:]), ("a=%C3%A9", ["a": "é"]), ("a=%2520", ["a": "%20"]),
    ] as [(String, JSONValue)] {
      #expect(try await payload("/main/open?\(query)").payload == expected)
    }
  }

  @Test func declaredArrays() async throws {
    let result = try await payload("/main/typed?tag=a&name=x&tag=b&name=y&other=1&other=2")
    #expect(result.payload == ["tag": ["a", "b"], "name": "y", "other": "2"])
    #expect(try await payload("/main/typed?tag=a").payload == ["tag": ["a"]])
  }

  @Test func jsonObjectsComeOverTheQuery() async throws {
    let result = try await payload(
      "/main/open?a=1&b=2", type: "application/json; charset=utf-8", body: #"{"b": 3, "c": [1, null]}"#)
    #expect(result.payload == ["a": "1", "b": 3, "c": [1, nil]])
    #expect(result.texts == ["a"])
    #expect(result.input == Array(#"{"b": 3, "c": [1, null]}"#.utf8))
    #expect(
      try await payload("/main/open", type: "application/cloudevents+json", body: #"{"a":1}"#).payload == ["a": 1])
    #expect(try await payload("/main/open?a=1", type: "application/json", body: "").payload == ["a": "1"])
  }

  @Test func otherJSONIsThePayload() async throws {
    for (text, value) in [
      ("[1, 2]", [1, 2]), ("\"x\"", "x"), ("null", nil), ("1.5", 1.5), ("true", true),
    ] as [(String, JSONValue)] {
      let result = try await payload("/main/open?a=1", type: "application/json", body: text)
      #expect(result.payload == value)
      #expect(result.texts == [])
    }
  }

  @Test(arguments: ["{", "nonsense", "{\"a\":1}}", "[1 2]", String(repeating: "[", count: 2000), "\u{FEFF}x"])
  func malformedJSON(_ text: String) async throws {
    let result = try await payload("/main/open", type: "application/json", body: text)
    #expect(result.status == 400)
    #expect(result.problem?.code == .invalid)
    #expect(result.problem?.field == "body")
    #expect(result.payload == nil)
  }

  @Test func forms() async throws {
    let type = "application/x-www-form-urlencoded"
    let result = try await payload("/main/typed?a=1&name=q", type: type, body: "name=Ada+L&tag=x&tag=y&_async=1")
    #expect(result.payload == ["a": "1", "name": "Ada L", "tag": ["x", "y"], "_async": "1"])
    #expect(result.texts == ["a", "name", "tag", "_async"])
    // What only calls itself a form, as everything does that curl sends with --data-binary, is data.
    let many = (0...1000).map { "n\($0)=1" }.joined(separator: "&")
    for text in ["a=%", "a=%ff", many] {
      let result = try await payload("/main/open?a=1", type: type, body: text)
      #expect(result.payload == ["a": "1"] && result.input == Array(text.utf8))
    }
  }

  @Test(arguments: ["text/plain", "multipart/form-data; boundary=x", "application/octet-stream", nil])
  func otherBodiesGoToStandardInput(_ type: String?) async throws {
    let result = try await payload("/main/open?a=1", type: type, body: "{\"b\": 2}\0\r\n")
    #expect(result.payload == ["a": "1"])
    #expect(result.input == Array("{\"b\": 2}\0\r\n".utf8))
  }

  @Test func boundsOfBodies() async throws {
    try await TestGateway.with {
      $0.bufferedBodyLimit = 100
      $0.bodyLimit = 1000
    } _: { gateway in
      gateway.runs.answers { invocation throws(RunProblem) in
        if case .stream(let stream, _) = invocation.input {
          do {
            while try await stream.next() != nil {}
          } catch { throw RunProblem(Problem(.runFailed, "the input broke off"), run: invocation.id) }
        }
        return FakeRuns.answer(invocation, text: "ok")
      }
      let json = ["Content-Type: application/json"]
      let text = { (count: Int) in "\"" + String(repeating: "x", count: count - 2) + "\"" }
      #expect(try await gateway.request("POST", "/main/open", headers: json, body: text(100)).status == 200)
      let tooLarge = try await gateway.request("POST", "/main/open", headers: json, body: text(101))
      #expect(tooLarge.status == 413)
      #expect(try tooLarge.problem().rule == "at most 100 bytes")
      #expect(try await gateway.request("POST", "/main/open?_async=1", body: text(101)).status == 413)
      #expect(try await gateway.request("POST", "/main/open", body: text(1000)).status == 200)
      #expect(try await gateway.request("POST", "/main/open", body: text(1001)).status == 413)
      let chunked = "POST /main/open HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n"
      for (header, count) in [("\r\n", 1001), ("Content-Type: application/json\r\n\r\n", 101)] {
        let client = try gateway.client()
        try await client.send(chunked + header + String(count, radix: 16) + "\r\n" + text(count) + "\r\n0\r\n\r\n")
        #expect(try await client.response().status == 413)
      }
    }
  }

  @Test func randomFormsNeverBreakAnything() throws {
    var generator = SplitMix(seed: 42)
    let alphabet = Array("ab=&%+0fF\0\u{7F}é;?".utf8) + [0xFF, 0xC3, 0x80]
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 0..<24, using: &generator)).map { _ in alphabet.randomElement(using: &generator)! }
      guard let form = try? FormText(text) else { continue }
      let members = form.members(arrays: ["a"])
      #expect(Set(members.keys) == Set(form.pairs.map(\.name)))
      for pair in form.pairs { #expect(!pair.name.isEmpty && !pair.name.contains("\0") && !pair.value.contains("\0")) }
      // What is left of the query reads as the same pairs again; HTTP has let only ASCII through.
      if text.allSatisfy({ $0 < 0x80 }) { #expect(try FormText(form.raw.utf8).pairs == form.pairs) }
    }
  }

  @Test func randomPathsNeverBreakAnything() throws {
    var generator = SplitMix(seed: 7)
    let alphabet = Array("/ab.%25f0#?+\\".unicodeScalars)
    for _ in 0..<20_000 {
      var text = "/"
      for _ in 0..<Int.random(in: 0..<24, using: &generator) {
        text.unicodeScalars.append(alphabet.randomElement(using: &generator)!)
      }
      let target = try RequestTarget(text)
      for index in target.segments.indices {
        #expect(!target.segments[index].contains("/"))
        _ = target.name(at: index)
      }
      #expect(target.name(at: target.segments.count) == nil)
      if let rest = try? target.rest(after: 2) { #expect(rest.isEmpty == (target.segments.count <= 2)) }
    }
  }
}
