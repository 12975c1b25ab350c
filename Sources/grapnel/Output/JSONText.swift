import Foundation

/// JSON as the CLI prints it: members sorted by name, and no character that a terminal could act on.
enum JSONText {
  /// Indented, for `--json`.
  static func pretty(_ value: some Encodable) -> String { text(value, [.prettyPrinted]) }

  /// On one line, for streams of values.
  static func line(_ value: some Encodable) -> String { text(value, []) }

  private static func text(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
    guard let data = try? encoder.encode(value) else { return "null" }
    // The encoder escapes C0 only. Whatever else is harmful stands inside a string, where JSON takes \u for it.
    var output = String.UnicodeScalarView()
    for scalar in String(decoding: data, as: UTF8.self).unicodeScalars {
      if scalar == "\n" || !TerminalText.isHarmful(scalar) {
        output.append(scalar)
      } else {
        let digits = String(scalar.value, radix: 16)
        output.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
      }
    }
    return String(output)
  }
}
