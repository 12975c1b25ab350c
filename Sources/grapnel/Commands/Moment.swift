import ArgumentParser
import Model

/// Moments as options name them.
enum Moment {
  /// Reads an RFC 3339 time, or a distance from now such as `2h`: before now when `sign` is -1, after it when it is 1.
  ///
  /// - Throws: `ValidationError`.
  static func parse(_ text: String, option: String, sign: Int) throws -> Timestamp {
    if let time = Timestamp(rfc3339: text) { return time }
    guard let distance = Duration(text: text) else {
      throw ValidationError("\(option): \(text) is neither a time such as 2026-11-21T11:00:00Z nor a span such as 2h")
    }
    return CommandContext.current.clock.now + distance * sign
  }
}
