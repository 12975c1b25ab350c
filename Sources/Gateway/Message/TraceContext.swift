/// A place in a distributed trace, as W3C Trace Context (https://www.w3.org/TR/trace-context/) writes it.
struct TraceContext: Hashable, Sendable {
  /// 32 lower-case hexadecimal digits, not all 0.
  let trace: String
  /// 16 lower-case hexadecimal digits, not all 0.
  let parent: String
  /// Two hexadecimal digits.
  let flags: String

  var text: String { "00-\(trace)-\(parent)-\(flags)" }

  /// The context of a run that answers a request with that `traceparent` header: the same trace with a new parent, or a
  /// new trace if there is none that is valid in version 00.
  init(continuing header: String?) {
    let incoming = header.flatMap(TraceContext.init(parsing:))
    trace = incoming?.trace ?? Self.random(16)
    parent = Self.random(8)
    flags = incoming?.flags ?? "01"
  }

  init?(parsing text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "00", parts[1].utf8.count == 32, parts[2].utf8.count == 16,
      parts[3].utf8.count == 2, parts.joined().utf8.allSatisfy(Self.isDigit),
      parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
    else { return nil }
    trace = String(parts[1])
    parent = String(parts[2])
    flags = String(parts[3])
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }

  private static let hexadecimal = Array("0123456789abcdef".utf8)

  /// - Parameter count: a multiple of 8 bytes.
  private static func random(_ count: Int) -> String {
    var digits: [UInt8] = []
    digits.reserveCapacity(count * 2)
    while digits.count < count * 2 {
      // A whole word at a time: each is a question to the kernel. All zeros would not be valid.
      var word = UInt64.random(in: 1 ... .max)
      for _ in 0..<16 {
        digits.append(hexadecimal[Int(word & 15)])
        word >>= 4
      }
    }
    return String(decoding: digits, as: UTF8.self)
  }
}
