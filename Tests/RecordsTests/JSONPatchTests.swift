import Model
import Testing

@testable import Records

@Suite struct JSONPatchTests {
  /// The cases of RFC 6902, appendix A: document, operations, and the document after them; `nil` where they must fail.
  @Test(
    arguments: [
      (#"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#, #"{"baz":"qux","foo":"bar"}"#),
      (
        #"{"foo":["bar","baz"]}"#, #"[{"op":"add","path":"/foo/1","value":"qux"}]"#,
        #"{"foo":["bar","qux","baz"]}"#
      ),
      (#"{"baz":"qux","foo":"bar"}"#, #"[{"op":"remove","path":"/baz"}]"#, #"{"foo":"bar"}"#),
      (#"{"foo":["bar","qux","baz"]}"#, #"[{"op":"remove","path":"/foo/1"}]"#, #"{"foo":["bar","baz"]}"#),
      (
        #"{"baz":"qux","foo":"bar"}"#, #"[{"op":"replace","path":"/baz","value":"boo"}]"#,
        #"{"baz":"boo","foo":"bar"}"#
      ),
      (
        #"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
        #"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
        #"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#
      ),
      (
        #"{"foo":["all","grass","cows","eat"]}"#, #"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
        #"{"foo":["all","cows","eat","grass"]}"#
      ),
      (
        #"{"baz":"qux","foo":["a",2,"c"]}"#,
        #"[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]"#,
        #"{"baz":"qux","foo":["a",2,"c"]}"#
      ),
      (#"{"baz":"qux"}"#, #"[{"op":"test","path":"/baz","value":"bar"}]"#, nil),
      (
        #"{"foo":"bar"}"#, #"[{"op":"add","path":"/child","value":{"grandchild":{}}}]"#,
        #"{"child":{"grandchild":{}},"foo":"bar"}"#
      ),
      (#"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz/bat","value":"qux"}]"#, nil),
      (#"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":10}]"#, #"{"/":9,"~1":10}"#),
      (#"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":"10"}]"#, nil),
      (
        #"{"foo":["bar"]}"#, #"[{"op":"add","path":"/foo/-","value":["abc","def"]}]"#,
        #"{"foo":["bar",["abc","def"]]}"#
      ),
      // Beyond the standard's own.
      (#"{"a":1}"#, #"[{"op":"test","path":"/a","value":1.0}]"#, #"{"a":1}"#),
      (#"{"a":null}"#, #"[{"op":"test","path":"/a","value":null}]"#, #"{"a":null}"#),
      (#"{"a":{"b":1}}"#, #"[{"op":"copy","from":"/a","path":"/a/c"}]"#, #"{"a":{"b":1,"c":{"b":1}}}"#),
      (#"{"a":{"b":1}}"#, #"[{"op":"move","from":"/a","path":"/a/c"}]"#, nil),
      (#"{"a":1}"#, #"[{"op":"move","from":"/a","path":"/a"}]"#, #"{"a":1}"#),
      (#"{"a":[1]}"#, #"[{"op":"add","path":"/a/2","value":2}]"#, nil),
      (#"{"a":[1]}"#, #"[{"op":"add","path":"/a/01","value":2}]"#, nil),
      (#"{"a":[1]}"#, #"[{"op":"remove","path":"/a/-"}]"#, nil),
      (#"{"a":1}"#, #"[{"op":"replace","path":"/b","value":2}]"#, nil),
      (#"{"a":1}"#, #"[{"op":"remove","path":"/b"}]"#, nil),
      (#"{"a":1}"#, #"[{"op":"add","path":"b","value":2}]"#, nil),
      (#"{"a":1}"#, #"[{"op":"add","path":"/~2","value":2}]"#, nil),
      (#"{"a":1}"#, #"[{"op":"add","path":"/b"}]"#, nil),
      (#"{"a":1}"#, #"[{"op":"copy","path":"/b"}]"#, nil),
      (#"{"":{"":1}}"#, #"[{"op":"test","path":"//","value":1}]"#, #"{"":{"":1}}"#),
      (#"{"a":1}"#, "[]", #"{"a":1}"#),
    ] as [(String, String, String?)])
  func operations(document: String, operations: String, result: String?) throws {
    var patch = JSONPatch(try JSONValue(parsing: document))
    let operations = try Self.read(operations)
    if let result {
      try patch.apply(operations)
      #expect(patch.document == (try JSONValue(parsing: result)))
    } else {
      #expect(throws: JSONPatch.Failure.self) { try patch.apply(operations) }
    }
  }

  @Test func copiesCannotGrowBeyondAllBounds() {
    var patch = JSONPatch(["a": .string(String(repeating: "x", count: 1000))])
    let operations = (0..<60).map { PatchOperation(.copy, "/c\($0)", from: "") }
    #expect(throws: JSONPatch.Failure.self) { try patch.apply(operations) }
  }

  private static func read(_ text: String) throws -> [PatchOperation] {
    (try JSONValue(parsing: text).arrayValue ?? []).map { operation in
      PatchOperation(
        PatchOperation.Verb(rawValue: operation["op"]?.stringValue ?? "") ?? .test,
        operation["path"]?.stringValue ?? "", from: operation["from"]?.stringValue, value: operation["value"])
    }
  }
}
