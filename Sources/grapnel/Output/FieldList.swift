/// Names and values, one pair a line, the values under each other.
struct FieldList {
  private var fields: [(name: String, text: String, colour: Colour?)] = []

  /// Adds a line; a value that is missing or empty adds none.
  mutating func add(_ name: String, _ value: String?, _ colour: Colour? = nil) {
    guard let value, !value.isEmpty else { return }
    fields.append((name, value, colour))
  }

  func text(_ console: Console) -> String {
    let width = (fields.map(\.name.count).max() ?? 0) + 2
    return fields.map { name, text, colour in
      name + String(repeating: " ", count: width - name.count)
        + console.paint(TerminalText.escapeLines(text, indent: width), colour)
    }
    .joined(separator: "\n")
  }
}
