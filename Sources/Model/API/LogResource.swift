/// One message of a log as the management API shows it.
public struct LogResource: Hashable, Sendable, Codable {
  public var sequence: Int64
  public var time: Timestamp
  public var hook: String?
  public var run: ID<Run>?
  public var level: LogEntry.Level
  public var stream: LogEntry.Stream
  public var value: LogEntry.Value

  public init(_ entry: LogEntry) {
    sequence = entry.sequence
    time = entry.time
    hook = entry.hookName
    run = entry.run
    level = entry.level
    stream = entry.stream
    value = entry.value
  }
}
