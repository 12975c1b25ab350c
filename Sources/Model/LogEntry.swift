/// One message of a log.
public struct LogEntry: Hashable, Sendable {
  public enum Level: String, Hashable, Sendable, Codable, CaseIterable {
    case debug, info, warning, error
  }

  public enum Stream: String, Hashable, Sendable, Codable, CaseIterable {
    /// A line of standard error.
    case stderr
    /// A message that the hook logged through its bootstrap.
    case log
    /// A word of the host about the run.
    case host
  }

  public enum Value: Hashable, Sendable {
    case json(JSONValue)
    /// A line that is not valid UTF-8.
    case bytes([UInt8])
  }

  /// Grows with every entry of an instance; the cursor of readers.
  public var sequence: Int64
  public var instance: ID<Instance>
  public var hook: ID<Hook>?
  public var hookName: String?
  public var run: ID<Run>?
  public var time: Timestamp
  public var level: Level
  public var stream: Stream
  public var value: Value
  public var clientAddress: String?

  public init(
    sequence: Int64 = 0, instance: ID<Instance>, hook: ID<Hook>?, hookName: String?, run: ID<Run>?, time: Timestamp,
    level: Level, stream: Stream, value: Value, clientAddress: String? = nil
  ) {
    self.sequence = sequence
    self.instance = instance
    self.hook = hook
    self.hookName = hookName
    self.run = run
    self.time = time
    self.level = level
    self.stream = stream
    self.value = value
    self.clientAddress = clientAddress
  }
}
