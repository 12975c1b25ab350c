import Model

/// Cuts a stream of bytes into netstrings, `LENGTH:BYTES,` (https://cr.yp.to/proto/netstrings.txt).
///
/// It holds at most one netstring besides what was appended last, and refuses a longer one at its length.
struct NetstringDecoder: Sendable {
  private let maximum: Int
  private var buffer: [UInt8] = []
  /// The first byte of `buffer` that was not given out yet.
  private var start = 0

  /// - Parameter maximum: The most bytes that one may have between colon and comma.
  init(maximum: Int) {
    self.maximum = maximum
  }

  /// Whether no part of a netstring waits for its rest.
  var isEmpty: Bool { start == buffer.count }

  mutating func append(_ bytes: [UInt8]) {
    if start > 0 {
      buffer.removeSubrange(..<start)
      start = 0
    }
    buffer += bytes
  }

  /// The next whole netstring, or `nil` until more was appended.
  ///
  /// - Throws: `Problem` with code `invalid`; the stream is of no use from then on.
  mutating func next() throws -> [UInt8]? {
    var length = 0
    var index = start
    while index < buffer.count, buffer[index] != UInt8(ascii: ":") {
      let byte = buffer[index]
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
        throw Problem(.invalid, "a frame does not begin with its length", rule: "LENGTH:JSON,")
      }
      length = length * 10 + Int(byte - UInt8(ascii: "0"))
      guard length <= maximum, index == start || buffer[start] != UInt8(ascii: "0") else {
        throw Problem(.invalid, "a frame's length is out of bounds", rule: "at most \(maximum), without leading zeros")
      }
      index += 1
    }
    guard index < buffer.count else { return nil }
    guard index > start else { throw Problem(.invalid, "a frame has no length", rule: "LENGTH:JSON,") }
    let end = index + 1 + length
    guard end < buffer.count else { return nil }
    guard buffer[end] == UInt8(ascii: ",") else {
      throw Problem(.invalid, "a frame does not end with a comma after its length", rule: "LENGTH:JSON,")
    }
    start = end + 1
    return Array(buffer[(index + 1)..<end])
  }

  /// `bytes` as a netstring.
  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    Array("\(bytes.count):".utf8) + bytes + [UInt8(ascii: ",")]
  }
}
