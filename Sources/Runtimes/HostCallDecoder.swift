/// Reads calls from the bytes of the host channel as they come; one call has at most 1 MiB.
public struct HostCallDecoder: Sendable {
  private var netstrings = NetstringDecoder(maximum: ControlFrameDecoder.maximumFrame)

  public init() {}

  /// Adds what was read from the channel and returns the calls that are whole now.
  ///
  /// - Throws: `Problem` with code `invalid`; the channel is to be closed then.
  public mutating func append(_ bytes: [UInt8]) throws -> [HostCall] {
    netstrings.append(bytes)
    var calls: [HostCall] = []
    while let text = try netstrings.next() { calls.append(try HostCall(parsing: text)) }
    return calls
  }
}
