import Model
import Testing

@testable import grapnel

struct OutputTests {
  @Test func escapesWhatATerminalCouldActOn() {
    #expect(TerminalText.escape("a\u{1B}[2Jb\u{9B}c\u{7F}\r\n\t") == "a\\x1b[2Jb\\x9bc\\x7f\\r\\n\\t")
    #expect(TerminalText.escape("evil\u{202E}txt") == "evil\\u202etxt")
    #expect(TerminalText.escape("häßlich 日本 🎣") == "häßlich 日本 🎣")
    #expect(TerminalText.escapeLines("a\nb\u{8}", indent: 2) == "a\n  b\\x08")
  }

  @Test func jsonIsHarmlessAndStillJSON() throws {
    let value: JSONValue = ["k\u{9B}": "\u{1B}]0;x\u{7}\u{202E}/é"]
    let text = JSONText.pretty(value)
    #expect(!text.unicodeScalars.contains { $0 != "\n" && TerminalText.isHarmful($0) })
    #expect(try JSONValue(parsing: text) == value)
    #expect(try JSONValue(parsing: JSONText.line(value)) == value)
    #expect(!JSONText.line(value).contains("\n"))
  }

  @Test func agesAreReadable() {
    let now = Surroundings.now
    let ages = [-90.0, 0, 1, 59, 60, 3600, 86_399, 86_400, 2_592_000].map {
      Measure.age(Samples.ago($0), now: now)
    }
    #expect(
      ages == [
        "in 1 min", "now", "1 s ago", "59 s ago", "1 min ago", "1 h ago", "23 h ago", "1 d ago", "2026-10-22",
      ])
  }

  @Test func quantitiesAreReadable() {
    #expect(
      [0, 3.21, 999.94, 1500, 59_999, 125_000].map(Measure.milliseconds) == [
        "0.0 ms", "3.2 ms", "999.9 ms", "1.50 s", "60.00 s", "2 min 5 s",
      ])
    #expect([0, 1023, 1024, 9_500_000].map(Measure.bytes) == ["0 B", "1023 B", "1.0 KiB", "9.1 MiB"])
  }

  @Test func tablesAlignAndCannotBeForged() {
    let console = Console(isColoured: false, output: { _ in }, errorOutput: { _ in })
    var table = Table("A", "B")
    table.append(.init("long one"), .init("x\ny"))
    table.append(.init("s"), .init(""))
    #expect(table.text(console, empty: "-") == "A         B\nlong one  x\\ny\ns")
  }
}
