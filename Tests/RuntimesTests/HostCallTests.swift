import Model
import Testing

@testable import Runtimes

@Suite struct HostCallTests {
  @Test func callsAreReadInPieces() throws {
    var decoder = HostCallDecoder()
    let text = #"{"id":7,"method":"hooks.run","params":{"hook":"greet","payload":[1]}}"#
    let bytes = NetstringDecoder.encode(Array(text.utf8))
    var calls: [HostCall] = []
    for byte in bytes + bytes { calls += try decoder.append([byte]) }
    let call = HostCall(id: 7, method: "hooks.run", parameters: ["hook": "greet", "payload": [1]])
    #expect(calls == [call, call])
  }

  @Test(arguments: [#"{"method":"a"}"#, #"{"id":"1","method":"a"}"#, #"{"id":1}"#, "[]", "{"])
  func callsWithoutAnAnswerAreRefused(text: String) {
    var decoder = HostCallDecoder()
    #expect(throws: Problem.self) { try decoder.append(NetstringDecoder.encode(Array(text.utf8))) }
  }

  /// The bootstrap of Bash cuts replies by these very characters.
  @Test func repliesAreWrittenAsTheBootstrapsExpect() {
    let reply = HostReply.success(["status": 201, "run": "r", "body": "a\n\"ü", "headers": []])
    let text = #"{"id":1,"result":{"body":"a\n\"ü","headers":[],"run":"r","status":201}}"#
    #expect(String(decoding: reply.frame(id: 1), as: UTF8.self) == "\(text.utf8.count):\(text),")
    let refusal = HostReply.failure(Problem(.forbidden, "no"))
    #expect(
      String(decoding: refusal.frame(id: 2), as: UTF8.self)
        == #"52:{"error":{"code":"forbidden","message":"no"},"id":2},"#)
  }
}
