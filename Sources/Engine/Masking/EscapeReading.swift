/// What the beginning of an escape stands for.
enum EscapeReading: Hashable {
  case unfinished
  /// It is no escape after all.
  case none
  case bytes([UInt8])

  /// `%` and two hexadecimal digits (RFC 3986, section 2.1).
  init(percent text: [UInt8]) {
    guard text.dropFirst().allSatisfy({ Self.digit($0) != nil }) else {
      self = .none
      return
    }
    self = text.count < 3 ? .unfinished : .bytes([UInt8(Self.number(text[1...]))])
  }

  /// A backslash and what follows it in a string of JSON (RFC 8259, section 7); two units of UTF-16 where one is not
  /// enough.
  init(json text: [UInt8]) {
    guard text.count > 1 else {
      self = .unfinished
      return
    }
    switch text[1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): self = .bytes([text[1]])
    case UInt8(ascii: "b"): self = .bytes([8])
    case UInt8(ascii: "f"): self = .bytes([12])
    case UInt8(ascii: "n"): self = .bytes([10])
    case UInt8(ascii: "r"): self = .bytes([13])
    case UInt8(ascii: "t"): self = .bytes([9])
    case UInt8(ascii: "u"): self = Self.unicode(text)
    default: self = .none
    }
  }

  private static func unicode(_ text: [UInt8]) -> EscapeReading {
    let first = text[2..<min(6, text.count)]
    guard first.allSatisfy({ digit($0) != nil }) else { return .none }
    guard text.count >= 6 else { return .unfinished }
    let unit = number(first)
    guard (0xD800..<0xDC00).contains(unit) else {
      return Unicode.Scalar(unit).map { .bytes(Array(String($0).utf8)) } ?? .none
    }
    let second = text[6...]
    guard zip(second, [UInt8(ascii: "\\"), UInt8(ascii: "u")]).allSatisfy({ $0 == $1 }),
      second.dropFirst(2).allSatisfy({ digit($0) != nil })
    else { return .none }
    guard second.count == 6 else { return .unfinished }
    let low = number(second.dropFirst(2))
    guard (0xDC00..<0xE000).contains(low) else { return .none }
    let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    return scalar.map { .bytes(Array(String($0).utf8)) } ?? .none
  }

  private static func number(_ digits: some Sequence<UInt8>) -> UInt32 {
    digits.reduce(0) { $0 << 4 | UInt32(digit($1) ?? 0) }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
