import Model

extension HeaderField {
  /// Headers that belong to the connection or to the length of the message, which only the server knows.
  private static let reserved: Set<String> = [
    "connection", "content-length", "keep-alive", "proxy-authenticate", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade",
  ]

  /// Reads `[[name, value], …]`.
  ///
  /// - Throws: `Problem` with code `invalid` that names the header and the rule.
  static func fields(from value: JSONValue?) throws -> [HeaderField] {
    guard let value else { return [] }
    guard let pairs = value.arrayValue else {
      throw Problem(.invalid, "headers are not a list", field: "headers", rule: "[[name, value], …]")
    }
    return try pairs.map { pair in
      guard let texts = pair.arrayValue, texts.count == 2, let name = texts[0].stringValue,
        let value = texts[1].stringValue
      else { throw Problem(.invalid, "a header is not a pair of texts", field: "headers", rule: "[name, value]") }
      let field = HeaderField(name: name, value: value)
      try field.validate()
      return field
    }
  }

  private func validate() throws {
    guard (1...256).contains(name.utf8.count), name.utf8.allSatisfy(Self.isTokenCharacter) else {
      throw Problem(
        .invalid, "not the name of a header: \(name.debugDescription.prefix(80))", field: "headers",
        rule: "1 to 256 letters, digits and !#$%&'*+-.^_`|~")
    }
    guard !Self.reserved.contains(name.lowercased()) else {
      throw Problem(.invalid, "the server itself sets the header \(name)", field: "headers")
    }
    guard value.utf8.count <= 8192, value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
      throw Problem(
        .invalid, "the value of the header \(name) cannot be sent", field: "headers",
        rule: "at most 8192 bytes without control characters")
    }
  }

  private static func isTokenCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
