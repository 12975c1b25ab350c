import NIOCore

/// What came in within one window of time, and how long the server was waiting for it: a client is only slow while
/// somebody reads.
struct BodyWindow {
  private var bytes = 0
  private var waited = TimeAmount.zero
  private var readingSince: NIODeadline?

  init(isReading: Bool = false) {
    readingSince = isReading ? .now() : nil
  }

  var isReading: Bool { readingSince != nil }

  mutating func readBegins(at time: NIODeadline) {
    if readingSince == nil { readingSince = time }
  }

  mutating func received(_ count: Int, at time: NIODeadline) {
    bytes += count
    if let since = readingSince { waited = waited + (time - since) }
    readingSince = nil
  }

  /// Ends the window and begins the next one.
  ///
  /// - Returns: whether the client delivered less than `rate` bytes a second, or nothing, although the server waited for
  ///   it more than half of the window.
  mutating func close(at time: NIODeadline, rate: Int, length: Duration) -> Bool {
    if let since = readingSince {
      waited = waited + (time - since)
      readingSince = time
    }
    defer {
      bytes = 0
      waited = .zero
    }
    guard waited.nanoseconds * 2 > TimeAmount(length).nanoseconds else { return false }
    return Double(bytes) < max(1, Double(rate) * Double(waited.nanoseconds) / 1e9)
  }
}
