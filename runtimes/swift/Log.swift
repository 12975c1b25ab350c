/// Messages with levels, in the hook's log.
public struct Log: Sendable {
  public func debug(_ value: JSON) { send("debug", value) }
  public func info(_ value: JSON) { send("info", value) }
  public func warning(_ value: JSON) { send("warning", value) }
  public func error(_ value: JSON) { send("error", value) }

  public func debug(_ text: String) { send("debug", .string(text)) }
  public func info(_ text: String) { send("info", .string(text)) }
  public func warning(_ text: String) { send("warning", .string(text)) }
  public func error(_ text: String) { send("error", .string(text)) }

  private func send(_ level: String, _ value: JSON) {
    Hook.send(["type": "log", "level": .string(level), "value": value])
  }
}
