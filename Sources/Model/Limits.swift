/// How much one run may use, and how many runs of a hook may be at once. Every bound has a default.
public struct Limits: Hashable, Sendable, Codable {
  /// Wall-clock time from start to end.
  public var timeout: Duration
  /// Memory of all the run's processes together, its files in `/tmp` included.
  public var memory: ByteSize
  /// Processors' worth of time, such as 0.5 or 2.
  public var cpu: Double
  /// Processes and threads together.
  public var processes: Int
  /// Bytes in `/tmp`.
  public var disk: ByteSize
  /// Files and folders in `/tmp`.
  public var files: Int
  /// Bytes of standard output, and as many of standard error.
  public var output: ByteSize
  /// Runs of the hook at once, in this server.
  public var concurrency: Int
  /// Runs of the hook that may wait; one more is refused with 429.
  public var queue: Int

  public init(
    timeout: Duration = .seconds(30), memory: ByteSize = .mebibytes(256), cpu: Double = 1, processes: Int = 64,
    disk: ByteSize = .mebibytes(64), files: Int = 1024, output: ByteSize = .mebibytes(1), concurrency: Int = 16,
    queue: Int = 64
  ) {
    self.timeout = timeout
    self.memory = memory
    self.cpu = cpu
    self.processes = processes
    self.disk = disk
    self.files = files
    self.output = output
    self.concurrency = concurrency
    self.queue = queue
  }

  private enum CodingKeys: String, CodingKey {
    case timeout = "timeout_ms"
    case memory, cpu, processes, disk, files, output, concurrency, queue
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    timeout = .milliseconds(try container.decode(Int64.self, forKey: .timeout))
    memory = try container.decode(ByteSize.self, forKey: .memory)
    cpu = try container.decode(Double.self, forKey: .cpu)
    processes = try container.decode(Int.self, forKey: .processes)
    disk = try container.decode(ByteSize.self, forKey: .disk)
    files = try container.decode(Int.self, forKey: .files)
    output = try container.decode(ByteSize.self, forKey: .output)
    concurrency = try container.decode(Int.self, forKey: .concurrency)
    queue = try container.decode(Int.self, forKey: .queue)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(timeout.wholeMilliseconds, forKey: .timeout)
    try container.encode(memory, forKey: .memory)
    try container.encode(cpu, forKey: .cpu)
    try container.encode(processes, forKey: .processes)
    try container.encode(disk, forKey: .disk)
    try container.encode(files, forKey: .files)
    try container.encode(output, forKey: .output)
    try container.encode(concurrency, forKey: .concurrency)
    try container.encode(queue, forKey: .queue)
  }
}
