public import Model

/// What the clocks of a time zone show: the changes that are known, and the rule for all years after them.
///
/// Moments in here are whole seconds since the epoch; "local" seconds are what a clock in the zone shows, counted as if
/// it were UTC.
public struct ZoneRules: Hashable, Sendable {
  /// The name in the IANA's database, such as `Europe/Berlin`.
  public let name: String
  /// When the offset changes, ascending.
  let changes: [Int]
  /// The offset before each change, and last the one after all of them.
  let offsets: [Int]
  /// What holds after the last change; `nil` for the last offset.
  let footer: ZoneFooter?

  /// No offset is larger or smaller (RFC 8536, section 3.2, allows up to 25:59:59).
  static let largestOffset = 26 * 3600
  /// The most by which two offsets differ.
  static let largestSwing = 2 * largestOffset

  /// Coordinated Universal Time, which needs no file.
  public static let utc = ZoneRules(name: "UTC", changes: [], offsets: [0], footer: nil)

  /// - Parameters:
  ///   - changes: strictly ascending.
  ///   - offsets: one more than `changes`, each smaller than `largestOffset`.
  init(name: String, changes: [Int], offsets: [Int], footer: ZoneFooter?) {
    precondition(offsets.count == changes.count + 1)
    self.name = name
    self.changes = changes
    self.offsets = offsets
    self.footer = footer
  }

  /// How far the zone's clocks are ahead of UTC at a moment, in seconds.
  public func offset(at moment: Timestamp) -> Int {
    span(at: Int(moment.microseconds).floored(by: 1_000_000)).offset
  }

  /// The stretch of one offset that a second is in.
  func span(at second: Int) -> ZoneSpan {
    guard let last = changes.last else {
      return footer?.span(at: second) ?? ZoneSpan(start: .min, end: .max, offset: offsets[0])
    }
    guard second < last else {
      guard let span = footer?.span(at: second) else {
        return ZoneSpan(start: last, end: .max, offset: offsets[changes.count])
      }
      return ZoneSpan(start: max(last, span.start), end: span.end, offset: span.offset)
    }
    // How many changes have been by then.
    var low = 0
    var high = changes.count - 1
    while low < high {
      let middle = (low + high) / 2
      if changes[middle] <= second { low = middle + 1 } else { high = middle }
    }
    return ZoneSpan(start: low == 0 ? .min : changes[low - 1], end: changes[low], offset: offsets[low])
  }

  /// The latest local second that the zone's clocks have shown up to a moment. It is ahead of what they show now after
  /// they were set back.
  func latestLocal(upTo second: Int) -> Int {
    var span = span(at: second)
    var latest = second + span.offset
    while span.start > second - Self.largestSwing {
      span = self.span(at: span.start - 1)
      latest = max(latest, span.end - 1 + span.offset)
    }
    return latest
  }

  /// The first moment at which the zone's clocks have come to `local`: when they show it for the first time, or when
  /// they jump over it.
  func firstSecond(reaching local: Int) -> Int {
    var span = span(at: local - Self.largestOffset)
    while local - span.offset >= span.end { span = self.span(at: span.end) }
    return max(local - span.offset, span.start)
  }
}
