import Model
import Testing

@testable import Runtimes

@Suite struct ControlFrameDecoderTests {
  private func frame(_ text: String) -> [UInt8] { NetstringDecoder.encode(Array(text.utf8)) }

  @Test(arguments: [
    (
      #"{"type":"head","status":201,"headers":[["X-A","é"]]}"#,
      ControlFrame.head(status: 201, headers: [HeaderField(name: "X-A", value: "é")])
    ),
    (#"{"type":"head"}"#, .head(status: nil, headers: [])), (#"{"type":"flush"}"#, .flush),
    (#"{"type":"trailers","headers":[["A","b"]]}"#, .trailers([HeaderField(name: "A", value: "b")])),
    (#"{"type":"result","value":{"a":[1,2.5,null]}}"#, .result(["a": [1, 2.5, nil]])),
    (#"{"type":"result"}"#, .result(nil)),
    (#"{"type":"log","level":"warning","value":"x"}"#, .log(level: .warning, value: "x")),
    (
      #"{"type":"error","exception":"ValueError","message":"m","traceback":"t"}"#,
      .error(RunFailure(reason: "exception", message: "m", exception: "ValueError", traceback: "t"))
    ),
  ])
  func everyTypeIsRead(text: String, expected: ControlFrame) throws {
    var decoder = ControlFrameDecoder()
    #expect(try decoder.append(frame(text)) == [expected])
    try decoder.finish()
  }

  @Test func framesMayComeInAnyPieces() throws {
    let bytes = frame(#"{"type":"flush"}"#) + frame(#"{"type":"result","value":"ä"}"#) + frame(#"{"type":"flush"}"#)
    for size in 1...bytes.count {
      var decoder = ControlFrameDecoder()
      var frames: [ControlFrame] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        frames += try decoder.append(Array(bytes[start..<min(start + size, bytes.count)]))
      }
      #expect(frames == [.flush, .result("ä"), .flush])
    }
  }

  @Test(arguments: [
    "x", "01:a,", ":,", "2:{}x", "3:{},,", "4:null,", "99999999999999999999:", "1048577:", "2:{},", "-1:,", "16 :{",
    "15:{\"type\":\"quit\"},",
  ])
  func malformedFramesAreRefused(text: String) {
    var decoder = ControlFrameDecoder()
    #expect(throws: Problem.self) { try decoder.append(Array(text.utf8)) }
  }

  @Test(arguments: [
    #"{"type":"head","status":199}"#, #"{"type":"head","status":600}"#, #"{"type":"head","status":"200"}"#,
    #"{"type":"head","headers":{"a":"b"}}"#, #"{"type":"head","headers":[["a"]]}"#,
    #"{"type":"head","headers":[["a","b\r\nc: d"]]}"#, #"{"type":"head","headers":[["a b","c"]]}"#,
    #"{"type":"head","headers":[["","c"]]}"#, #"{"type":"head","headers":[["Content-Length","1"]]}"#,
    #"{"type":"trailers","headers":[["a","\u0000"]]}"#, #"{"type":"log","level":"fatal","value":1}"#,
  ])
  func breachesOfARuleAreRefused(text: String) {
    var decoder = ControlFrameDecoder()
    #expect(throws: Problem.self) { try decoder.append(frame(text)) }
  }

  @Test func textThatIsNotUnicodeIsRepaired() throws {
    var decoder = ControlFrameDecoder()
    let raw = Array(#"{"type":"log","level":"info","value":""#.utf8) + [0xFF] + Array(#""}"#.utf8)
    #expect(try decoder.append(NetstringDecoder.encode(raw)) == [.log(level: .info, value: "\u{FFFD}")])
    let halves = frame(#"{"type":"result","value":"\ud83d\ude00 \udc80 \\ud800 \ud800"}"#)
    #expect(try decoder.append(halves) == [.result("😀 \u{FFFD} \\ud800 \u{FFFD}")])
  }

  @Test func headersAreBounded() throws {
    var decoder = ControlFrameDecoder()
    for _ in 0..<256 { _ = try decoder.append(frame(#"{"type":"head","headers":[["a","b"]]}"#)) }
    #expect(throws: Problem.self) { try decoder.append(frame(#"{"type":"head","headers":[["a","b"]]}"#)) }
  }

  @Test func theEndInsideAFrameIsAProblem() throws {
    var decoder = ControlFrameDecoder()
    #expect(try decoder.append(Array("16:{\"type\":".utf8)).isEmpty)
    #expect(throws: Problem.self) { try decoder.finish() }
  }

  /// Random bytes, and good streams with random damage, end in frames or a problem, never in a trap, and what comes out
  /// does not depend on how the bytes were cut.
  @Test(arguments: 0..<64) func damageIsHarmless(seed: Int) {
    var generator = SplitMix(state: UInt64(seed))
    let good = frame(#"{"type":"head","status":204,"headers":[["a","b"]]}"#) + frame(#"{"type":"flush"}"#)
    for _ in 0..<50 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &generator)
        case 1: bytes.remove(at: index)
        default: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: index)
        }
      }
      #expect(outcome(bytes, size: bytes.count) == outcome(bytes, size: 1))
      #expect(outcome(bytes, size: bytes.count) == outcome(bytes, size: 7))
    }
  }

  /// Whether the whole was read without a problem.
  private func outcome(_ bytes: [UInt8], size: Int) -> Bool {
    var decoder = ControlFrameDecoder()
    do {
      for start in stride(from: 0, to: bytes.count, by: size) {
        _ = try decoder.append(Array(bytes[start..<min(start + size, bytes.count)]))
      }
      try decoder.finish()
      return true
    } catch {
      return false
    }
  }

  private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }
}
