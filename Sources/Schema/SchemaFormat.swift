/// The formats that are asserted.
enum SchemaFormat: String, CaseIterable, Sendable {
  /// A time with its zone offset (RFC 3339, section 5.6).
  case dateTime = "date-time"
  /// A day (RFC 3339, `full-date`).
  case date
  /// `local@domain`, at most 254 bytes, without quoted local parts and comments.
  case email
  /// An absolute URI (RFC 3986): a scheme, a colon and only characters that a URI may have.
  case uri
  /// 32 hexadecimal digits in five groups (RFC 4122).
  case uuid

  func admits(_ text: String) -> Bool {
    guard text.utf8.count <= 8192, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return false }
    let bytes = Array(text.utf8)
    switch self {
    case .date: return bytes.count == 10 && Self.isDay(bytes[...])
    case .dateTime:
      guard bytes.count >= 20, Self.isDay(bytes[..<10]), bytes[10] | 0x20 == UInt8(ascii: "t") else { return false }
      return Self.isTime(String(decoding: bytes[11...], as: UTF8.self))
    case .email:
      let parts = text.split(separator: "@", omittingEmptySubsequences: false)
      guard parts.count == 2, bytes.count <= 254, (1...64).contains(parts[0].utf8.count) else { return false }
      let special = Set("()<>[]:;,\\\"")
      let isDotted = { (part: Substring) in
        part.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
      }
      return isDotted(parts[0]) && !parts[0].contains(where: special.contains) && isDotted(parts[1])
        && parts[1].split(separator: ".").allSatisfy { label in
          label.first != "-" && label.last != "-" && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
        }
    case .uri:
      guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0, colon + 1 < bytes.count else {
        return false
      }
      let scheme = bytes[..<colon]
      let isLetter = { (byte: UInt8) in (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
      guard isLetter(scheme[0]),
        scheme.allSatisfy({ isLetter($0) || Self.isDigit($0) || "+-.".utf8.contains($0) })
      else { return false }
      let forbidden = Set("<>\"{}|\\^`".utf8)
      var rest = bytes[(colon + 1)...]
      while let byte = rest.popFirst() {
        guard !forbidden.contains(byte) else { return false }
        if byte == UInt8(ascii: "%") {
          guard let high = rest.popFirst(), let low = rest.popFirst(), Self.isHex(high), Self.isHex(low) else {
            return false
          }
        }
      }
      return true
    case .uuid:
      return bytes.count == 36
        && bytes.enumerated().allSatisfy { index, byte in
          [8, 13, 18, 23].contains(index) ? byte == UInt8(ascii: "-") : Self.isHex(byte)
        }
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isHex(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
  }

  private static func isDay(_ bytes: ArraySlice<UInt8>) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.allSatisfy(isDigit) }) else { return false }
    let numbers = parts.compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    let (year, month, day) = (numbers[0], numbers[1], numbers[2])
    guard (1...12).contains(month) else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(day)
  }

  /// `HH:MM:SS[.fraction](Z|±HH:MM)`; the second 60 is a leap second.
  private static func isTime(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    let twoDigits = { (index: Int) -> Int? in
      guard index + 1 < bytes.count, isDigit(bytes[index]), isDigit(bytes[index + 1]) else { return nil }
      return Int(bytes[index] - 48) * 10 + Int(bytes[index + 1] - 48)
    }
    guard bytes.count >= 9, let hour = twoDigits(0), let minute = twoDigits(3), let second = twoDigits(6),
      bytes[2] == UInt8(ascii: ":"), bytes[5] == UInt8(ascii: ":"), hour < 24, minute < 60, second <= 60
    else { return false }
    var index = 8
    if bytes[index] == UInt8(ascii: ".") {
      let digits = bytes[(index + 1)...].prefix(while: isDigit)
      guard !digits.isEmpty else { return false }
      index = digits.endIndex
    }
    guard index < bytes.count else { return false }
    if bytes[index] | 0x20 == UInt8(ascii: "z") { return index + 1 == bytes.count }
    guard bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-"), bytes.count == index + 6,
      let offsetHour = twoDigits(index + 1), bytes[index + 3] == UInt8(ascii: ":"),
      let offsetMinute = twoDigits(index + 4)
    else { return false }
    return offsetHour < 24 && offsetMinute < 60
  }
}
