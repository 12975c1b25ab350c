/// Rows under headings, each column as wide as its widest cell.
struct Table {
  struct Cell {
    var text: String
    var colour: Colour?

    init(_ text: String, _ colour: Colour? = nil) {
      self.text = TerminalText.escape(text)
      self.colour = colour
    }
  }

  private let headings: [String]
  private var rows: [[Cell]] = []

  init(_ headings: String...) {
    self.headings = headings
  }

  mutating func append(_ cells: Cell...) {
    rows.append(cells)
  }

  /// The lines; no spaces at their ends, and `empty` alone when there are no rows.
  func text(_ console: Console, empty: String) -> String {
    guard !rows.isEmpty else { return empty }
    let all = [headings.map { Cell($0) }] + rows
    let widths = headings.indices.map { column in all.map { $0[column].text.count }.max() ?? 0 }
    return all.map { row in
      let last = row.lastIndex { !$0.text.isEmpty } ?? 0
      return row[...last].indices.map { column in
        let cell = row[column]
        let padding = column == last ? 0 : widths[column] - cell.text.count
        return console.paint(cell.text, cell.colour) + String(repeating: " ", count: padding)
      }
      .joined(separator: "  ")
    }
    .joined(separator: "\n")
  }
}
