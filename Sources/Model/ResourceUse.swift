/// What a run used.
public struct ResourceUse: Hashable, Sendable {
  /// Processor time of all its processes, in microseconds.
  public var cpuMicroseconds: Int64
  /// The peak of its memory, in bytes: of all its processes where there is a cgroup, otherwise of the largest one.
  public var peakMemoryBytes: Int64
  /// Bytes that it was given on standard input.
  public var bytesIn: Int64
  /// Bytes of its answer's body: what it printed, or the result that it returned instead.
  public var bytesOut: Int64

  public init(cpuMicroseconds: Int64 = 0, peakMemoryBytes: Int64 = 0, bytesIn: Int64 = 0, bytesOut: Int64 = 0) {
    self.cpuMicroseconds = cpuMicroseconds
    self.peakMemoryBytes = peakMemoryBytes
    self.bytesIn = bytesIn
    self.bytesOut = bytesOut
  }
}
