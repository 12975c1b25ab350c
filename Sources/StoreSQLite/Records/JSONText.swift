/// JSON text that is known to be well-formed, as bytes that are walked over without making values of them. Of text that
/// is not, some members are missing; nothing outside of it is ever read.
struct JSONText {
  let bytes: UnsafeBufferPointer<UInt8>

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  subscript(index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

  /// The first place from `index` on that is not white space.
  func start(from index: Int) -> Int {
    var index = index
    while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
    return index
  }

  /// Where the value that begins at `start` ends.
  func end(from start: Int) -> Int {
    switch self[start] {
    case Self.quote: return stringEnd(from: start)
    case Self.openObject, Self.openArray: return containerEnd(from: start)
    default:
      var index = start
      while index < bytes.count, !Self.isSpace(bytes[index]), !Self.endsWord(bytes[index]) { index += 1 }
      return index
    }
  }

  /// Calls `body` with the name, without its quotes, and the value of each member of the object that begins at `start`.
  func forEachMember(from start: Int, _ body: (_ name: Range<Int>, _ value: Range<Int>) -> Void) {
    var index = self.start(from: start + 1)
    while self[index] == Self.quote {
      let nameEnd = stringEnd(from: index)
      let colon = self.start(from: nameEnd)
      guard nameEnd - index >= 2, self[colon] == UInt8(ascii: ":") else { return }
      let valueStart = self.start(from: colon + 1)
      let valueEnd = end(from: valueStart)
      guard valueEnd > valueStart else { return }
      body(index + 1..<nameEnd - 1, valueStart..<valueEnd)
      index = self.start(from: valueEnd)
      guard self[index] == Self.comma else { return }
      index = self.start(from: index + 1)
    }
  }

  /// Calls `body` with each element of the array that begins at `start`.
  func forEachElement(from start: Int, _ body: (Range<Int>) -> Void) {
    var index = self.start(from: start + 1)
    while index < bytes.count, bytes[index] != UInt8(ascii: "]") {
      let valueEnd = end(from: index)
      guard valueEnd > index else { return }
      body(index..<valueEnd)
      index = self.start(from: valueEnd)
      guard self[index] == Self.comma else { return }
      index = self.start(from: index + 1)
    }
  }

  /// The text of a string whose characters, without the quotes, are at `place`.
  func appendString(at place: Range<Int>, to output: inout [UInt8]) {
    var index = place.lowerBound
    while index < place.upperBound {
      let byte = bytes[index]
      index += 1
      guard byte == Self.backslash, index < place.upperBound else {
        output.append(byte)
        continue
      }
      let letter = bytes[index]
      index += 1
      switch letter {
      case UInt8(ascii: "b"): output.append(0x08)
      case UInt8(ascii: "f"): output.append(0x0C)
      case UInt8(ascii: "n"): output.append(0x0A)
      case UInt8(ascii: "r"): output.append(0x0D)
      case UInt8(ascii: "t"): output.append(0x09)
      case UInt8(ascii: "u"): output += Self.utf8(escapedScalar(at: &index, within: place))
      default: output.append(letter)
      }
    }
  }

  /// Reads what follows `\u`, and the second half of a pair if there is one.
  private func escapedScalar(at index: inout Int, within place: Range<Int>) -> UInt32 {
    let first = hexadecimal(at: &index, within: place)
    guard (0xD800..<0xDC00).contains(first), index + 1 < place.upperBound, bytes[index] == Self.backslash,
      bytes[index + 1] == UInt8(ascii: "u")
    else { return first }
    var next = index + 2
    let second = hexadecimal(at: &next, within: place)
    guard (0xDC00..<0xE000).contains(second) else { return first }
    index = next
    return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
  }

  private func hexadecimal(at index: inout Int, within place: Range<Int>) -> UInt32 {
    var number: UInt32 = 0
    for _ in 0..<4 where index < place.upperBound {
      let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue ?? 0
      number = number << 4 | UInt32(digit)
      index += 1
    }
    return number
  }

  private static func utf8(_ scalar: UInt32) -> [UInt8] {
    Array(String(Character(Unicode.Scalar(scalar) ?? "\u{FFFD}")).utf8)
  }

  private func stringEnd(from start: Int) -> Int {
    var index = start + 1
    while index < bytes.count {
      switch bytes[index] {
      case Self.quote: return index + 1
      case Self.backslash: index += 2
      default: index += 1
      }
    }
    return bytes.count
  }

  private func containerEnd(from start: Int) -> Int {
    var depth = 0
    var index = start
    while index < bytes.count {
      switch bytes[index] {
      case Self.quote:
        index = stringEnd(from: index)
        continue
      case Self.openObject, Self.openArray: depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 { return index + 1 }
      default: break
      }
      index += 1
    }
    return bytes.count
  }

  static let quote = UInt8(ascii: "\"")
  static let openObject = UInt8(ascii: "{")
  static let openArray = UInt8(ascii: "[")
  private static let backslash = UInt8(ascii: "\\")
  static let comma = UInt8(ascii: ",")

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    byte == comma || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: ":")
  }
}
