public import Model

/// What a run tells its host over the control pipe, besides its output.
public enum ControlFrame: Hashable, Sendable {
  /// The status, if it is set, and more headers of the answer.
  case head(status: Int?, headers: [HeaderField])
  /// Send the head now.
  case flush
  case trailers([HeaderField])
  /// The structured result: what a handler returned.
  case result(JSONValue)
  case log(level: LogEntry.Level, value: JSONValue)
  /// An exception that nothing caught, with reason `exception`; the run will end with another code than 0.
  case error(RunFailure)

  /// Reads the JSON text of one frame.
  ///
  /// - Throws: `Problem` with code `invalid` that names the member and the rule.
  public init(parsing bytes: [UInt8]) throws {
    let value = try JSONValue(repairing: bytes)
    guard let type = value["type"]?.stringValue else {
      throw Problem(.invalid, "a control frame has no type", field: "type")
    }
    switch type {
    case "head":
      self = .head(status: try Self.status(value["status"]), headers: try HeaderField.fields(from: value["headers"]))
    case "flush": self = .flush
    case "trailers": self = .trailers(try HeaderField.fields(from: value["headers"]))
    case "result": self = .result(value["value"] ?? .null)
    case "log":
      guard let level = (value["level"]?.stringValue).flatMap(LogEntry.Level.init(rawValue:)) else {
        throw Problem(
          .invalid, "a log frame has no level", field: "level",
          rule: "one of \(LogEntry.Level.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      self = .log(level: level, value: value["value"] ?? .null)
    case "error":
      self = .error(
        RunFailure(
          reason: "exception", message: value["message"]?.stringValue ?? "",
          exception: value["exception"]?.stringValue, traceback: value["traceback"]?.stringValue))
    default:
      throw Problem(
        .invalid, "unknown type of control frame: \(type.debugDescription.prefix(80))", field: "type",
        rule: "one of head, flush, trailers, result, log, error")
    }
  }

  private static func status(_ value: JSONValue?) throws -> Int? {
    guard let value, value != .null else { return nil }
    guard let status = value.intValue, (200...599).contains(status) else {
      throw Problem(.invalid, "not a status", field: "status", rule: "200 to 599")
    }
    return Int(status)
  }
}
