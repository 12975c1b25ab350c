/// Text to be found without regard to case, as Unicode's lower-case mappings have it, in ASCII and beyond. `*` stands for
/// any run of characters; without one the text may be anywhere.
final class LikePattern {
  private let parts: [Part]

  init(_ pattern: String) {
    parts = pattern.lowercased().utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
      .map(Part.init)
  }

  /// - Parameter text: UTF-8.
  func matches(_ text: some Collection<UInt8>) -> Bool {
    let folded = Self.folded(text)
    guard parts.count > 1, let first = parts.first, let last = parts.last else {
      return parts.first?.end(in: folded[...]) != nil
    }
    guard folded.count >= first.bytes.count + last.bytes.count, folded.starts(with: first.bytes),
      folded.suffix(last.bytes.count).elementsEqual(last.bytes)
    else { return false }
    var rest = folded.dropFirst(first.bytes.count).dropLast(last.bytes.count)
    for part in parts.dropFirst().dropLast() {
      guard let end = part.end(in: rest) else { return false }
      rest = rest[end...]
    }
    return true
  }

  private static func folded(_ text: some Collection<UInt8>) -> [UInt8] {
    guard text.allSatisfy({ $0 < 0x80 }) else { return Array(String(decoding: text, as: UTF8.self).lowercased().utf8) }
    return text.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
  }

  /// Text that is searched for, with how much of it is still matched where a byte does not go on with it (Knuth, Morris
  /// and Pratt): the time that a search takes grows with the lengths and not with their product.
  private struct Part {
    let bytes: [UInt8]
    private let borders: [Int]

    init(_ bytes: some Collection<UInt8>) {
      self.bytes = Array(bytes)
      var borders = Array(repeating: 0, count: bytes.count)
      var length = 0
      for index in self.bytes.indices.dropFirst() {
        while length > 0, self.bytes[index] != self.bytes[length] { length = borders[length - 1] }
        if self.bytes[index] == self.bytes[length] { length += 1 }
        borders[index] = length
      }
      self.borders = borders
    }

    /// Where it ends for the first time.
    func end(in text: ArraySlice<UInt8>) -> Int? {
      guard !bytes.isEmpty else { return text.startIndex }
      var length = 0
      for index in text.indices {
        while length > 0, text[index] != bytes[length] { length = borders[length - 1] }
        if text[index] == bytes[length] { length += 1 }
        if length == bytes.count { return index + 1 }
      }
      return nil
    }
  }
}
