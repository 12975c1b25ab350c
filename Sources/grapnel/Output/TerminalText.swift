/// Text of strangers made harmless for a terminal.
enum TerminalText {
  /// `text` with every character that a terminal could take for a command written out: control characters of C0 and
  /// C1 as `\x1b`, line separators and the marks that turn the direction of writing as `\u202e`.
  static func escape(_ text: String) -> String {
    escape(text, keepsLines: false)
  }

  /// The same with line breaks and tabs kept; the lines that follow the first are indented by `indent` spaces, so that
  /// none can pass for a line of ours.
  static func escapeLines(_ text: String, indent: Int) -> String {
    let lines = escape(text, keepsLines: true).split(separator: "\n", omittingEmptySubsequences: false)
    return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
  }

  private static func escape(_ text: String, keepsLines: Bool) -> String {
    guard text.unicodeScalars.contains(where: isHarmful) else { return text }
    var output = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if !isHarmful(scalar) || keepsLines && (scalar == "\n" || scalar == "\t") {
        output.append(scalar)
      } else if scalar == "\n" || scalar == "\r" || scalar == "\t" {
        output.append(contentsOf: (scalar == "\n" ? "\\n" : scalar == "\r" ? "\\r" : "\\t").unicodeScalars)
      } else {
        let digits = String(scalar.value, radix: 16)
        let width = scalar.value < 0x100 ? 2 : 4
        let zeros = String(repeating: "0", count: max(0, width - digits.count))
        output.append(contentsOf: "\\\(width == 2 ? "x" : "u")\(zeros)\(digits)".unicodeScalars)
      }
    }
    return String(output)
  }

  /// Whether a terminal may act on the character instead of showing it.
  static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
