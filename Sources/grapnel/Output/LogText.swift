import Model

/// Messages of a log for people.
enum LogText {
  /// `2026-11-21T11:04:42.123Z info hello: text`.
  static func line(_ message: LogResource, _ console: Console) -> String {
    let level = message.level.rawValue
    let padding = String(repeating: " ", count: 7 - level.count)
    let source = message.stream == .host ? "(host)" : ""
    let place = [message.hook.map(TerminalText.escape) ?? "", source].filter { !$0.isEmpty }.joined(separator: " ")
    return "\(Measure.moment(message.time)) \(console.paint(level, Colour(message.level)))\(padding) "
      + (place.isEmpty ? "" : place + ": ") + value(message.value)
  }

  /// A string as itself, other values as JSON, what is not UTF-8 with the odd bytes replaced.
  static func value(_ value: LogEntry.Value) -> String {
    let text =
      switch value {
      case .json(.string(let text)): text
      case .json(let other): other.serialized
      case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
      }
    let trimmed = text.hasSuffix("\n") ? String(text.dropLast()) : text
    return TerminalText.escapeLines(trimmed, indent: 4)
  }
}
