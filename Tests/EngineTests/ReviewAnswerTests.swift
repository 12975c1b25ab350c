import Model
import Records
import Testing

@testable import Engine

/// What hooks may say of a change before it is made.
@Suite struct ReviewAnswerTests {
  private func read(
    _ text: String, status: Int = 200, data: [String: JSONValue]? = ["n": 1, "m": 2]
  ) throws -> ReviewAnswer {
    try ReviewAnswer(
      HookAnswer(run: ID(at: Timestamp(microseconds: 1)), status: status, body: Array(text.utf8)), data: data,
      id: "r")
  }

  @Test(arguments: ["", " \n", "null", "{}"]) func nothingApproves(_ text: String) throws {
    #expect(try read(text) == .approves)
    #expect(try read(text, status: 204) == .approves)
    #expect(try read(text, data: nil) == .approves)
  }

  @Test func recordsAndPatches() throws {
    #expect(try read(#"{"record":{"id":"r","last_modified":5,"n":2}}"#) == .changes(["n": 2]))
    #expect(try read(#"{"record":{}}"#) == .changes([:]))
    #expect(try read(#"{"patch":{"n":null,"p":{"q":1}}}"#) == .changes(["m": 2, "p": ["q": 1]]))
  }

  @Test func refusals() throws {
    #expect(try read(#"{"refuse":"no","field":"n"}"#) == .refuses(.invalid, reason: "no", field: "n"))
    #expect(try read(#"{"refuse":"no"}"#, data: nil) == .refuses(.invalid, reason: "no", field: nil))
    #expect(try read("gone", status: 409) == .refuses(.conflict, reason: "gone", field: nil))
    #expect(try read(#"{"refuse":"x"}"#, status: 403) == .refuses(.forbidden, reason: "x", field: nil))
    #expect(try read(#"{"message":"y"}"#, status: 422) == .refuses(.invalid, reason: "y", field: nil))
    #expect(try read("", status: 400) == .refuses(.invalid, reason: "with the status 400", field: nil))
  }

  @Test(arguments: [
    "yes", "[]", "true", #""ok""#, #"{"ok":true}"#, #"{"refuse":true}"#, #"{"refuse":"no","patch":{}}"#,
    #"{"record":1}"#, #"{"record":{},"patch":{}}"#, #"{"record":{"id":"s"}}"#, #"{"patch":{"id":"s"}}"#,
    #"{"patch":{"id":null,"x":1},"field":"x"}"#, #"{"field":"x"}"#, "{", #"{"patch":[1]}"#,
  ])
  func whatIsNoAnswerFails(_ text: String) {
    #expect(throws: Problem.self) { try read(text) }
  }

  @Test func aDeletionCannotBeChanged() {
    #expect(throws: Problem.self) { try read(#"{"patch":{"n":3}}"#, data: nil) }
    #expect(throws: Problem.self) { try read("", status: 500) }
  }
}
