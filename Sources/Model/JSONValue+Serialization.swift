extension JSONValue {
  /// The value as JSON text with the members of objects sorted by name, so that equal values have equal texts.
  public var serialized: String { String(decoding: serializedBytes, as: UTF8.self) }

  /// `serialized` as UTF-8. Numbers that JSON cannot write (infinities, NaN) become `null`.
  public var serializedBytes: [UInt8] {
    var output: [UInt8] = []
    write(to: &output)
    return output
  }

  private func write(to output: inout [UInt8]) {
    switch self {
    case .null: output += "null".utf8
    case .bool(let flag): output += (flag ? "true" : "false").utf8
    case .int(let number): output += String(number).utf8
    case .double(let number):
      if !number.isFinite {
        output += "null".utf8
      } else if let whole = Int64(exactly: number), abs(whole) < 1 << 53 {
        output += "\(whole).0".utf8
      } else {
        output += String(number).utf8
      }
    case .string(let text): Self.write(text, to: &output)
    case .array(let elements):
      output.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        element.write(to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let members):
      output.append(UInt8(ascii: "{"))
      for (index, name) in members.keys.sorted().enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        Self.write(name, to: &output)
        output.append(UInt8(ascii: ":"))
        members[name]?.write(to: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ text: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    var text = text
    // Most texts have nothing to escape, and are copied whole.
    text.withUTF8 { bytes in
      var start = 0
      for (index, byte) in bytes.enumerated() where needsEscape(byte) {
        output += bytes[start..<index]
        appendEscaped(byte, to: &output)
        start = index + 1
      }
      output += bytes[start...]
    }
    output.append(UInt8(ascii: "\""))
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
  }

  private static func appendEscaped(_ byte: UInt8, to output: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
    case 0x0A: output += "\\n".utf8
    case 0x0D: output += "\\r".utf8
    case 0x09: output += "\\t".utf8
    default: output += "\\u00".utf8 + [hex[Int(byte >> 4)], hex[Int(byte & 15)]]
    }
  }

  private static let hex = Array("0123456789abcdef".utf8)
}
