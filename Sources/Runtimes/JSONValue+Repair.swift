import Model

extension JSONValue {
  /// Parses JSON that a script wrote, in which text may have come from anywhere: bytes that are not UTF-8, and escapes
  /// of half a surrogate pair, become U+FFFD instead of spoiling the whole.
  ///
  /// - Throws: `Problem` with code `invalid` if it is not JSON even so.
  init(repairing bytes: [UInt8]) throws {
    do {
      try self.init(parsing: bytes)
    } catch {
      let repaired = Self.withoutLoneSurrogates(Array(String(decoding: bytes, as: UTF8.self).utf8))
      guard repaired != bytes else { throw error }
      try self.init(parsing: repaired)
    }
  }

  private static func withoutLoneSurrogates(_ bytes: [UInt8]) -> [UInt8] {
    var output = bytes
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "\\") else {
        index += 1
        continue
      }
      guard let unit = codeUnit(bytes, at: index) else {
        index += 2
        continue
      }
      if (0xD800..<0xDC00).contains(unit), let low = codeUnit(bytes, at: index + 6), (0xDC00..<0xE000).contains(low) {
        index += 12
        continue
      }
      if (0xD800..<0xE000).contains(unit) { output.replaceSubrange((index + 2)..<(index + 6), with: "fffd".utf8) }
      index += 6
    }
    return output
  }

  /// The value of a `\uXXXX` at `index`.
  private static func codeUnit(_ bytes: [UInt8], at index: Int) -> Int? {
    guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
      return nil
    }
    return Int(String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
  }
}
