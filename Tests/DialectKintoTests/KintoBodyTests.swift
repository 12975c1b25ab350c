import HTTPTypes
import Model
import Records
import Store
import Testing

@testable import DialectKinto

@Suite struct KintoBodyTests {
  private func call(_ method: String, _ text: String, type: String? = nil) -> KintoCall {
    var headers = HTTPFields()
    headers[.contentType] = type
    return KintoCall(
      method: method, path: "/v1/x", query: "", headers: headers, body: .bytes(Array(text.utf8)), scheme: "http",
      authority: "test")
  }

  private func body(_ method: String, _ text: String, type: String? = nil, kind: DataKind = .bucket) -> KintoBody {
    KintoBody(call(method, text, type: type), kind: kind)
  }

  @Test func takesDataAndLists() {
    let text = #"{"data": {"a": 1}, "permissions": {"read": ["x"], "collection:create": []}}"#
    #expect(body("PUT", text).content == .whole(data: ["a": 1], lists: [.read: ["x"], .createClass: []]))
    #expect(body("PATCH", text).content == .members(data: ["a": 1], lists: [.read: ["x"], .createClass: []]))
    #expect(
      body("PATCH", text, type: KintoBody.merge).content
        == .merge(data: ["a": 1], lists: [.read: ["x"], .createClass: []]))
    #expect(body("PUT", "").content == .whole(data: nil, lists: nil))
    #expect(
      body("PATCH", #"{"permissions": {"read": null}}"#).content
        == .members(data: nil, lists: [.read: [String]?.none]))
  }

  @Test(arguments: [
    "{", "null", "1", "[]", #"{"foo": 1}"#, #"{"data": []}"#, #"{"data": null}"#, #"{"permissions": null}"#,
    #"{"permissions": []}"#, #"{"permissions": {"foo": []}}"#, #"{"permissions": {"read": "x"}}"#,
    #"{"permissions": {"read": [1]}}"#, #"{"permissions": {"record:create": []}}"#, "\u{FF}",
    #"{"data": {"a": "\ud800"}}"#, #"{"data": {"a": 1e999}}"#,
  ]) func namesFaults(text: String) {
    for method in ["PUT", "POST", "PATCH"] {
      let faults = body(method, text).faults
      #expect(!faults.isEmpty)
      #expect(faults.allSatisfy { $0.place == .body })
    }
  }

  @Test func readsOperations() {
    let text = #"""
      [{"op": "add", "path": "/permissions/collection:create/x"}, {"op": "move", "from": "/data/a", "path": "/data/b"},
       {"op": "test", "path": "/data/c", "value": null}]
      """#
    #expect(
      body("PATCH", text, type: KintoBody.patch).content
        == .operations([
          PatchOperation(.add, "/permissions/class:create/x"), PatchOperation(.move, "/data/b", from: "/data/a"),
          PatchOperation(.test, "/data/c", value: .null),
        ]))
    for text in [
      "{}", "[1]", "[{}]", #"[{"op": "add"}]"#, #"[{"op": "x", "path": "/data"}]"#, #"[{"op": "add", "path": "data"}]"#,
      #"[{"op": "add", "path": "/data/a", "value": 1, "x": 1}]"#,
    ] { #expect(!body("PATCH", text, type: KintoBody.patch).faults.isEmpty) }
  }

  @Test func bearsAnyDepth() {
    for depth in [KintoConfiguration.depthMax + 1, 100_000] {
      let text =
        #"{"data": "# + String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth) + "}"
      #expect(!body("PUT", text).faults.isEmpty)
    }
  }

  @Test func splitsBatches() throws {
    let text = #"""
      {"defaults": {"method": "PUT", "headers": {"If-None-Match": "*"}, "body": {"data": {"a": 1}}},
       "requests": [{"path": "/buckets/b?x=1"}, {"path": "/v1/buckets/c", "method": "GET", "body": {"data": {"b": 2}}}]}
      """#
    let batch = Batch(call("POST", text))
    #expect(batch.faults.isEmpty)
    let first = try #require(batch.calls.first)
    let last = try #require(batch.calls.last)
    #expect((first.method, first.path, first.query) == ("PUT", "/v1/buckets/b", "x=1"))
    #expect(first.headers[.ifNoneMatch] == "*")
    #expect((last.method, last.path) == ("GET", "/v1/buckets/c"))
    guard case .value(let value) = last.body else { throw Problem(.internal, "no value") }
    #expect(value == ["data": ["a": 1, "b": 2]])
  }

  @Test(arguments: [
    "{}", "[]", #"{"requests": {}}"#, #"{"requests": [{}]}"#, #"{"requests": [{"path": "x"}]}"#,
    #"{"requests": [{"path": "/x", "method": "get"}]}"#, #"{"requests": [{"path": "/x", "body": 1}]}"#,
    #"{"requests": [{"path": "/x", "headers": {"a": 1}}]}"#, #"{"requests": [], "more": 1}"#,
    #"{"requests": [], "defaults": 1}"#, #"{"requests": [{"path": "/batch"}]}"#,
  ]) func refusesBatches(text: String) {
    #expect(!Batch(call("POST", text)).faults.isEmpty)
  }

  @Test func boundsBatches() {
    let parts = (0..<26).map { _ in #"{"path": "/"}"# }.joined(separator: ",")
    #expect(!Batch(call("POST", #"{"requests": [\#(parts)]}"#)).faults.isEmpty)
  }
}
