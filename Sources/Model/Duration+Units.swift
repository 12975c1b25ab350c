extension Duration {
  /// The duration in whole microseconds, rounded towards zero and clamped to what 64 bits hold.
  public var wholeMicroseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    guard !overflow else { return seconds < 0 ? .min : .max }
    return product &+ attoseconds / 1_000_000_000_000
  }

  /// The duration in whole milliseconds, rounded towards zero.
  public var wholeMilliseconds: Int64 { wholeMicroseconds / 1000 }

  /// The duration in seconds, for display and for `Retry-After`.
  public var inSeconds: Double { Double(wholeMicroseconds) / 1_000_000 }

  /// Reads `250ms`, `30s`, `5m`, `12h` or `7d`: a non-negative decimal number and one unit; `nil` for anything else.
  public init?(text: String) {
    let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)]
    for (suffix, seconds) in units where text.hasSuffix(suffix) {
      let number = text.dropLast(suffix.count)
      guard !number.isEmpty, number.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
        let value = Double(number), value * seconds < 1e12
      else { continue }
      self = .microseconds(Int64((value * seconds * 1_000_000).rounded()))
      return
    }
    return nil
  }

  /// The shortest text that `init(text:)` reads back to the same number of milliseconds, such as `1500ms` or `30s`.
  public var text: String {
    let milliseconds = wholeMilliseconds
    guard milliseconds % 1000 == 0 else { return "\(milliseconds)ms" }
    let seconds = milliseconds / 1000
    for (unit, size) in [("d", Int64(86_400)), ("h", 3600), ("m", 60)] where seconds > 0 && seconds % size == 0 {
      return "\(seconds / size)\(unit)"
    }
    return "\(seconds)s"
  }
}
