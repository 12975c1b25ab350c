import Foundation
import Model
import Testing

@Suite struct JSONReaderTests {
  @Test(
    arguments: [
      ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
      ("9223372036854775808", .double(9_223_372_036_854_775_808)),
      ("-9223372036854775809", .double(-9.223372036854775809e18)),
      ("1.0", .double(1)), ("1e2", .double(100)), ("-0", 0), ("-0.5", -0.5), ("5e-324", .double(5e-324)),
      ("1E+2", .double(100)), (" [ ] ", []), ("\t{\r\n}", [:]), (#"{"a":1,"a":2}"#, ["a": 2]),
      (#""\ud83e\udd80\u00e4\/\b\f\n\r\t\"\\""#, "🦀ä/\u{8}\u{C}\n\r\t\"\\"), (#""\u0000""#, "\0"),
      ("\u{FEFF}1", 1), ("\"\u{7F}é\"", "\u{7F}é"), ("[true,false,null]", [true, false, nil]),
    ] as [(String, JSONValue)])
  func readsWhatIsJSON(text: String, value: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == value)
  }

  @Test(arguments: [
    "", " ", "01", "1.", ".5", "+1", "1e", "1e999", "-1e999", "-", "0x10", "NaN", "Infinity", "tru", "nulll", "'a'",
    "[1,]", "[,1]", "[1 2]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "{1:2}", "[1]]", "{}{}", "\"", "\"\\", "\"\\x\"",
    "\"\\u12\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\ud800x\"", "\"a\nb\"", "//1",
    "[1] x", "\u{FEFF}",
  ])
  func refusesWhatIsNot(text: String) {
    let problem = #expect(throws: Problem.self) { try JSONValue(parsing: text) }
    #expect(problem?.code == .invalid && problem?.message.hasPrefix("not valid JSON: at byte ") == true)
  }

  @Test(arguments: [
    [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22],
  ])
  func refusesWhatIsNotUTF8(bytes: [UInt8]) {
    #expect(throws: Problem.self) { try JSONReader.read(bytes) }
  }

  @Test func depthIsBounded() throws {
    let nested = { (depth: Int) in
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    #expect(try JSONReader.read(nested(64), depthMax: 64).isNested(deeperThan: 63))
    #expect(throws: Problem.self) { try JSONReader.read(nested(65), depthMax: 64) }
    #expect(throws: Problem.self) { try JSONReader.read(nested(JSONReader.depthMax + 1), depthMax: .max) }
  }

  /// Random texts, most of them broken in one place: whatever Foundation takes is taken, with the same meaning, and the
  /// other way round.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func agreesWithFoundation(seed: UInt64) throws {
    var random = SeededNumbers(state: seed)
    for _ in 0..<200 {
      var bytes = Array(Self.text(&random, depth: 4).utf8)
      if random.below(3) > 0, !bytes.isEmpty {
        let place = random.below(bytes.count)
        switch random.below(3) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(Self.odd[random.below(Self.odd.count)], at: place)
        default: bytes[place] = Self.odd[random.below(Self.odd.count)]
        }
      }
      let ours = try? JSONReader.read(bytes)
      let theirs = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes))
      let text = String(decoding: bytes, as: UTF8.self)
      #expect((ours == nil) == (theirs == nil), "\(text)")
      if let ours, let theirs { #expect(Self.isAlike(ours, theirs), "\(text)") }
      if let ours { #expect(try JSONReader.read(ours.serializedBytes) == ours, "\(text)") }
    }
  }

  private static let odd = Array("{}[]:,\"\\0123456789.eE+-tfn u\u{1}".utf8) + [0xFF, 0xC3]

  private static func text(_ random: inout SeededNumbers, depth: Int) -> String {
    switch random.below(depth > 0 ? 8 : 6) {
    case 0: return ["null", "true", "false"][random.below(3)]
    case 1: return String(Int64.random(in: .min ... .max, using: &random) >> Int64(random.below(63)))
    case 2: return String(Double(random.below(2000) - 1000) / 8) + ["", "e3", "E-2"][random.below(3)]
    case 3: return "\"" + ["", "a", "ä🦀", "\\u00e9", "\\n\\\"", "\\ud83e\\udd80"][random.below(6)] + "\""
    case 4: return "[]"
    case 5: return "{}"
    case 6:
      return "[" + (0..<random.below(4)).map { _ in text(&random, depth: depth - 1) }.joined(separator: ", ") + "]"
    default:
      let members = (0..<random.below(4)).map { "\"k\($0)\($0)\" : " + text(&random, depth: depth - 1) }
      return "{" + members.joined(separator: ",") + "}"
    }
  }

  /// Foundation takes a whole double for an integer.
  private static func isAlike(_ left: JSONValue, _ right: JSONValue) -> Bool {
    switch (left, right) {
    case (.array(let left), .array(let right)): left.count == right.count && zip(left, right).allSatisfy(isAlike)
    case (.object(let left), .object(let right)):
      left.count == right.count && left.allSatisfy { name, value in right[name].map { isAlike(value, $0) } ?? false }
    case (.double(let left), _): left == right.doubleValue
    default: left == right
    }
  }
}

private struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() >> 33) % bound }
}
