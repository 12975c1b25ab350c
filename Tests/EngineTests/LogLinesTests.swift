import Model
import Testing

@testable import Engine

@Suite struct LogLinesTests {
  private func messages(_ chunks: [[UInt8]]) -> [LogEntry.Value] {
    var lines = LogLines()
    var all = chunks.flatMap { lines.append($0) }
    if let rest = lines.finish() { all.append(rest) }
    return all
  }

  @Test func aLineIsAMessageHoweverItIsCut() {
    let text = Array("eins\r\nzwei ä\n\ndrei".utf8)
    let whole = messages([text])
    #expect(whole == [.json("eins"), .json("zwei ä"), .json(""), .json("drei")])
    for size in 1...text.count {
      let chunks = stride(from: 0, to: text.count, by: size).map { Array(text[$0..<min($0 + size, text.count)]) }
      #expect(messages(chunks) == whole)
    }
  }

  @Test func aLineThatIsNotTextStaysBytes() {
    #expect(messages([[0xFF, 0xFE, 0x0A]]) == [.bytes([0xFF, 0xFE])])
  }

  @Test func anEndlessLineIsCutAndNotHeld() {
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: LogLines.longestLine * 3 + 1)
    let all = messages([line])
    #expect(all.count == 4)
    #expect(all.last == .json("x"))
  }
}
