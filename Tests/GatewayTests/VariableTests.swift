import Foundation
import Model
import Store
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct VariableTests {
  private func page(_ response: RawResponse) throws -> [VariableResource] {
    try JSONDecoder().decode(Page<VariableResource>.self, from: Data(response.body)).items
  }

  @Test func variablesAreSetShownAndRemoved() async throws {
    try await TestGateway.with { gateway in
      let set = try await gateway.request(
        "PUT", "/api/v1/env/COLOUR", key: "main-editor", body: #"{"value":"red","hook":"hello"}"#)
      #expect(set.status == 200)
      _ = try await gateway.request(
        "PUT", "/api/v1/env/limits", key: "main-editor", body: #"{"value":{"a":[1]},"kind":"config"}"#)
      let ofHook = try page(try await gateway.request("GET", "/api/v1/env?hook=hello", key: "main-viewer"))
      #expect(ofHook.map(\.name) == ["COLOUR"] && ofHook[0].value == "red" && ofHook[0].hook == "hello")
      let ofInstance = try page(try await gateway.request("GET", "/api/v1/env", key: "main-viewer"))
      #expect(
        ofInstance.map(\.name) == ["limits"] && ofInstance[0].value == ["a": [1]] && ofInstance[0].kind == "config")
      let remove = { (target: String) in try await gateway.request("DELETE", target, key: "main-editor").status }
      #expect(try await remove("/api/v1/env/COLOUR") == 404)
      #expect(try await remove("/api/v1/env/limits") == 404)
      #expect(try await remove("/api/v1/env/COLOUR?hook=hello") == 204)
      #expect(try await remove("/api/v1/env/limits?kind=config") == 204)
      #expect(gateway.store.allVariables == [])
    }
  }

  @Test func theListHasPages() async throws {
    try await TestGateway.with { gateway in
      for name in ["A", "B", "C"] {
        _ = try await gateway.request("PUT", "/api/v1/env/\(name)", key: "main-editor", body: #"{"value":"x"}"#)
      }
      var names: [String] = []
      var target = "/api/v1/env?limit=2"
      for _ in 0..<2 {
        let answer = try await gateway.request("GET", target, key: "main-viewer")
        let page = try JSONDecoder().decode(Page<VariableResource>.self, from: Data(answer.body))
        names += page.items.map(\.name)
        target = "/api/v1/env?limit=2&cursor=\(page.nextCursor ?? "")"
      }
      #expect(names == ["A", "B", "C"] && target.hasSuffix("cursor="))
      #expect(try await gateway.request("GET", "/api/v1/env?cursor=none", key: "main-viewer").status == 400)
    }
  }

  @Test func aSecretIsShownToNobody() async throws {
    try await TestGateway.with { gateway in
      let set = try await gateway.request(
        "PUT", "/api/v1/env/KEY", key: "main-editor", body: #"{"value":"hush-hush","secret":true}"#)
      let list = try await gateway.request("GET", "/api/v1/env", key: "admin")
      for answer in [set, list] {
        #expect(answer.status == 200)
        #expect(!String(decoding: answer.body, as: UTF8.self).contains("hush"))
        #expect(String(decoding: answer.body, as: UTF8.self).contains(#""secret":true"#))
      }
      let shown = try page(list)
      #expect(shown[0].value == nil)
      #expect(gateway.store.allVariables[0].isSecret)
    }
  }

  @Test(arguments: [
    (#"{}"#, "/value"), (#"{"value":1}"#, "/value"), (#"{"value":"x","secret":1}"#, "/secret"),
    (#"{"value":"abc","secret":true}"#, "/value"), (#"{"value":"x","kind":"evn"}"#, "/kind"),
    (#"{"value":"long enough","secret":true,"kind":"config"}"#, "/secret"), (#"{"value":"x","valeu":1}"#, "/valeu"),
    (#"{"value":"x","hook":3}"#, "/hook"),
  ])
  func whatIsWrongIsNamed(body: String, field: String) async throws {
    try await TestGateway.with { gateway in
      let answer = try await gateway.request("PUT", "/api/v1/env/A", key: "main-editor", body: body)
      #expect(answer.status == 400)
      let problem = try JSONDecoder().decode(ProblemResource.self, from: Data(answer.body)).error
      #expect(problem.field == field)
      #expect(!String(decoding: answer.body, as: UTF8.self).contains("long enough"))
      #expect(gateway.store.allVariables == [])
    }
  }

  @Test func namesAndHooksAreChecked() async throws {
    try await TestGateway.with { gateway in
      let requests = [
        ("PATH", #"{"value":"x"}"#), ("A", #"{"value":"x","hook":"none"}"#), ("A", #"{"value":"x","hook":"../hello"}"#),
        ("A?instance=other", #"{"value":"x"}"#),
      ]
      var statuses: [Int] = []
      for (name, body) in requests {
        let answer = try await gateway.request("PUT", "/api/v1/env/\(name)", key: "main-editor", body: body)
        statuses.append(answer.status)
      }
      #expect(statuses == [400, 404, 404, 404])
      #expect(gateway.store.allVariables == [])
    }
  }
}
