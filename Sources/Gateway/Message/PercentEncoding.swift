import Model

/// Percent-encoded text (RFC 3986, section 2.1), decoded exactly once.
enum PercentEncoding {
  /// - Parameter plusIsSpace: whether `+` stands for a space, as in queries and forms.
  /// - Throws: `Problem` `invalid` for a `%` without two hexadecimal digits, for what is not UTF-8, and for NUL, which
  ///   neither an environment nor a file name can carry.
  static func decode(_ text: some Collection<UInt8>, plusIsSpace: Bool = false) throws -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var iterator = text.makeIterator()
    while let byte = iterator.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = iterator.next().flatMap(digit), let low = iterator.next().flatMap(digit) else {
          throw Problem(
            .invalid, "the URL or form is not well encoded", rule: "% is followed by two hexadecimal digits")
        }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    guard !bytes.contains(0), let decoded = String(validating: bytes, as: UTF8.self) else {
      throw Problem(.invalid, "the URL or form is not text", rule: "UTF-8 without NUL")
    }
    return decoded
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
