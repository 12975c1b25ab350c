import Foundation
import Model
import Testing

@testable import StoreSQLite

@Suite struct SortKeyTests {
  private static let ascending: [JSONValue?] = [
    .some(.null), "", "\u{0}", "A", "a", "aa", "b", "é", "\u{FFFD}", "😀", .double(-.greatestFiniteMagnitude), -1e300,
    .int(.min), .int(.min + 1), .int(-(1 << 53) - 1), .int(-(1 << 53)), -1.5, -1, -0.5,
    .double(-.leastNonzeroMagnitude), 0, .double(.leastNonzeroMagnitude), 0.5, 1, 1.5,
    .int(1 << 53), .int(1 << 53 + 1), .int(1 << 62 + 1), .int(.max - 1), .int(.max), 9.3e18, 1e300, false, true, [],
    [1],
    [1, 2], ["a"], .object([:]), ["a": 1], ["a": ["b": 2]], .none,
  ]

  @Test func keysCompareAsValuesDo() {
    let keys = Self.ascending.map { SortKey($0).bytes }
    for (place, key) in keys.enumerated() {
      for (other, second) in keys.enumerated() {
        let name = "\(String(describing: Self.ascending[place])) and \(String(describing: Self.ascending[other]))"
        if Self.composites.contains(place), Self.composites.contains(other) { continue }
        #expect(key.lexicographicallyPrecedes(second) == (place < other), "\(name)")
      }
    }
  }

  /// The order of these among each other is that of their texts, and nobody's concern.
  private static let composites = ascending.indices.filter { index in
    switch ascending[index] {
    case .array, .object: true
    default: false
    }
  }

  @Test(arguments: [
    ("1", "1.0"), ("-0", "0.0"), ("-0.0", "0"), ("1e2", "100"), ("9007199254740992", "9007199254740992.0"),
    ("[1, 2.0]", "[1.0,2]"), (#"{"a":1,"b":[ ]}"#, #"{ "b":[],"a":1.0 }"#), (#""\u00e9\/""#, #""é/""#),
    (#""\ud83d\ude00""#, #""😀""#), (#"{"a":1,"a":2}"#, #"{"a":2}"#), (#"[{"\u0061":0}]"#, #"[{"a":-0.0}]"#),
  ])
  func equalValuesHaveOneKey(_ first: String, _ second: String) {
    #expect(Self.key(first) == Self.key(second))
  }

  @Test(arguments: [
    ("1", "\"1\""), ("true", "1"), ("null", "\"\""), ("[1]", "[[1]]"), ("[\"1\"]", "[1]"), (#"["a,b"]"#, #"["a","b"]"#),
    (#"["\",\""]"#, #"["",""]"#), ("9007199254740993", "9007199254740992.0"), (#""\u00e9""#, #""e\u0301""#),
  ])
  func valuesThatDifferHaveKeysThatDiffer(_ first: String, _ second: String) {
    #expect(Self.key(first) != Self.key(second))
  }

  private static func key(_ text: String) -> SortKey {
    Array(text.utf8).withUnsafeBufferPointer { SortKey(valueAt: 0..<$0.count, of: JSONText($0)) }
  }

  /// Text that is no JSON makes no member appear and nothing read that is not there.
  @Test(arguments: [
    "", "{", "[", "\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":\"", "{\"a\":\"\\", "{\"a\":\"\\u12", "{a:1}", "{\"a\" 1}",
    "{\"a\":[1", "nul", "{\"a\":}", "\\", "{\"a\":1", "]", "{\"\\u", "{\"a\":\"\\ud83d\\u", "{\"a\":[,]}", "{,}",
  ])
  func brokenTextIsReadToItsEnd(_ text: String) {
    let bytes = Array(text.utf8)
    bytes.withUnsafeBufferPointer { buffer in
      let text = JSONText(buffer)
      for path in ["a", "b", "", "a.b"] {
        guard let place = FieldPath(path.utf8).find(in: text) else { continue }
        #expect(place.upperBound <= buffer.count)
        _ = SortKey(valueAt: place, of: text)
      }
    }
  }

  @Test func deepValuesAreReadWithoutADeepStack() {
    let depth = 200_000
    let text = Array("{\"a\":\(String(repeating: "[", count: depth))\(String(repeating: "]", count: depth))}".utf8)
    text.withUnsafeBufferPointer { buffer in
      let place = FieldPath("a".utf8).find(in: JSONText(buffer))
      #expect(place?.count == 2 * depth)
      _ = place.map { SortKey(valueAt: $0, of: JSONText(buffer)) }
    }
  }

  @Test func likenessIsFoundInTimeThatGrowsWithTheText() {
    let pattern = LikePattern(String(repeating: "a", count: 5000) + "b")
    #expect(!pattern.matches(Array(repeating: UInt8(ascii: "a"), count: 1 << 20)))
    #expect(LikePattern("ÉCO*").matches("école".utf8))
    #expect(LikePattern("co").matches("éCOle".utf8))
    #expect(LikePattern("a*a").matches("aa".utf8) && !LikePattern("a*a").matches("a".utf8))
    #expect(LikePattern("*b*b*").matches("abab".utf8) && !LikePattern("*b*b*").matches("aba".utf8))
  }
}
