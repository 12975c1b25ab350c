import Model

/// Cuts standard error into messages, one a line, whatever the size of the chunks that it comes in.
struct LogLines {
  /// A longer line is cut into messages of this many bytes.
  static let longestLine = 16 << 10

  private var partial: [UInt8] = []

  /// The messages that `chunk` completes.
  mutating func append(_ chunk: [UInt8]) -> [LogEntry.Value] {
    var messages: [LogEntry.Value] = []
    for byte in chunk {
      if byte == UInt8(ascii: "\n") {
        messages.append(Self.message(partial))
        partial.removeAll(keepingCapacity: true)
      } else {
        partial.append(byte)
        if partial.count == Self.longestLine {
          messages.append(Self.message(partial))
          partial.removeAll(keepingCapacity: true)
        }
      }
    }
    return messages
  }

  /// The last line, if it did not end with a newline.
  mutating func finish() -> LogEntry.Value? {
    guard !partial.isEmpty else { return nil }
    defer { partial = [] }
    return Self.message(partial)
  }

  private static func message(_ line: [UInt8]) -> LogEntry.Value {
    let text = line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : line
    guard let valid = String(validating: text, as: UTF8.self) else { return .bytes(text) }
    return .json(.string(valid))
  }
}
