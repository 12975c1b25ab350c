/// Turns the bytes of an event stream into events, however the bytes are cut (WHATWG HTML, section 9.2.6).
public struct ServerSentEventParser: Sendable {
  /// The id to ask for after a lost connection (`Last-Event-ID`).
  public private(set) var lastEventID: String?
  /// How long the server wants its clients to wait before they connect again.
  public private(set) var retryMilliseconds: Int64?

  private let limit: Int
  private var line: [UInt8] = []
  private var isAfterCarriageReturn = false
  private var isAtStart = true
  private var name = ""
  private var data: [String] = []
  private var dataSize = 0

  /// - Parameter limit: the most bytes of one line, and of the data of one event.
  public init(limit: Int = 4 << 20) {
    self.limit = limit
  }

  /// Takes the next bytes of the stream and gives the events that they complete.
  ///
  /// - Throws: `ClientError.unexpectedAnswer` when a line or an event is longer than the limit.
  public mutating func feed(_ bytes: some Sequence<UInt8>) throws -> [ServerSentEvent] {
    var events: [ServerSentEvent] = []
    for byte in bytes {
      let endsPair = isAfterCarriageReturn && byte == 0x0A
      isAfterCarriageReturn = byte == 0x0D
      if endsPair { continue }
      if byte == 0x0A || byte == 0x0D {
        if let event = endLine() { events.append(event) }
      } else {
        line.append(byte)
      }
      guard line.count <= limit, dataSize <= limit else {
        throw ClientError.unexpectedAnswer(status: 200, detail: "an event is longer than \(limit) bytes")
      }
    }
    return events
  }

  private mutating func endLine() -> ServerSentEvent? {
    defer { line.removeAll(keepingCapacity: true) }
    if isAtStart, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    isAtStart = false
    if line.isEmpty { return endEvent() }
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
    guard colon != line.startIndex else { return nil }
    var value = line[colon...].dropFirst()
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    let text = String(decoding: value, as: UTF8.self)
    switch String(decoding: line[..<colon], as: UTF8.self) {
    case "event": name = text
    case "data":
      data.append(text)
      dataSize += value.count + 1
    case "id": if !value.contains(0) { lastEventID = text }
    case "retry": if let milliseconds = Int64(text), milliseconds >= 0 { retryMilliseconds = milliseconds }
    default: break
    }
    return nil
  }

  private mutating func endEvent() -> ServerSentEvent? {
    defer {
      name = ""
      data = []
      dataSize = 0
    }
    guard !data.isEmpty else { return nil }
    return ServerSentEvent(
      name: name.isEmpty ? "message" : name, data: data.joined(separator: "\n"), id: lastEventID)
  }
}
