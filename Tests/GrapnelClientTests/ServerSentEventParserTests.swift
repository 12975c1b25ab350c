import GrapnelClient
import Testing

struct ServerSentEventParserTests {
  private static let stream = """
    \u{FEFF}: a comment
    retry: 250

    event: log
    id: 7
    data: {"a":
    data:1}

    data

    id: 8
    event: nothing

    data:  two spaces\r
    \r
    event: log\rdata: carriage return\r\r
    """

  private static let expected = [
    ServerSentEvent(name: "log", data: "{\"a\":\n1}", id: "7"), ServerSentEvent(data: "", id: "7"),
    ServerSentEvent(data: " two spaces", id: "8"), ServerSentEvent(name: "log", data: "carriage return", id: "8"),
  ]

  @Test(arguments: [1, 2, 3, 7, 1000])
  func givesTheSameEventsHoweverTheBytesAreCut(size: Int) throws {
    var parser = ServerSentEventParser()
    var events: [ServerSentEvent] = []
    let bytes = Array(Self.stream.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
      events += try parser.feed(bytes[start..<min(start + size, bytes.count)])
    }
    #expect(events == Self.expected)
    #expect(parser.lastEventID == "8")
    #expect(parser.retryMilliseconds == 250)
  }

  @Test func refusesAnEndlessLineAndAnEndlessEvent() throws {
    var parser = ServerSentEventParser(limit: 100)
    #expect(throws: ClientError.self) { try parser.feed([UInt8](repeating: 65, count: 101)) }
    var other = ServerSentEventParser(limit: 100)
    #expect(throws: ClientError.self) {
      for _ in 0..<20 { _ = try other.feed("data: 1234567890\n".utf8) }
    }
  }

  @Test func survivesAMultiByteCharacterCutInTwo() throws {
    var parser = ServerSentEventParser()
    let bytes = Array("data: é\n\n".utf8)
    var events = try parser.feed(bytes[..<7])
    events += try parser.feed(bytes[7...])
    #expect(events == [ServerSentEvent(data: "é")])
  }
}
