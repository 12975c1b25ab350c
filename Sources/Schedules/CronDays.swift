/// The days on which a cron expression runs: its day of the month and its day of the week.
struct CronDays: Hashable, Sendable {
  /// Bit d: day d of the month.
  var dates: UInt32 = 0
  /// Bit n: n days before the last day of the month (`L`, `L-3`).
  var datesBeforeLast: UInt32 = 0
  /// Bit d: the day from Monday to Friday that is nearest to day d, in the same month (`15W`).
  var nearestToDates: UInt32 = 0
  /// Bit n: the one nearest to n days before the last day (`LW`, `L-3W`).
  var nearestBeforeLast: UInt32 = 0
  /// Bit w: every such weekday; 0 is Sunday.
  var weekdays: UInt64 = 0
  /// Bit 7·(n−1)+w: the n-th such weekday of the month (`5#3`).
  var numberedWeekdays: UInt64 = 0
  /// Bit w: the last such weekday of the month (`5L`).
  var lastWeekdays: UInt64 = 0
  /// Vixie's rule: whether a day must be one of both fields. Otherwise one of either is enough.
  var areBothNeeded = true

  private static let weekPattern: UInt64 = 1 << 0 | 1 << 7 | 1 << 14 | 1 << 21 | 1 << 28

  /// The days of one month, as bits 1 to 31.
  ///
  /// - Parameters:
  ///   - length: how many days the month has.
  ///   - first: the weekday of its first day.
  func mask(length: Int, first: Int) -> UInt32 {
    let all = UInt32(truncatingIfNeeded: (UInt64(2) << length) - 2)
    let byDate = dateMask(length: length, first: first)
    let byWeekday = weekdayMask(length: length, first: first)
    return (areBothNeeded ? byDate & byWeekday : byDate | byWeekday) & all
  }

  private func dateMask(length: Int, first: Int) -> UInt32 {
    guard datesBeforeLast | nearestToDates | nearestBeforeLast != 0 else { return dates }
    var mask = dates
    for back in 0..<length {
      let day = length - back
      if datesBeforeLast & 1 << back != 0 { mask |= 1 << day }
      if nearestBeforeLast & 1 << back != 0 || nearestToDates & 1 << day != 0 {
        mask |= 1 << Self.workday(nearest: day, length: length, first: first)
      }
    }
    return mask
  }

  private static func workday(nearest day: Int, length: Int, first: Int) -> Int {
    switch (first + day - 1) % 7 {
    case 0: day == length ? day - 2 : day + 1
    case 6: day == 1 ? 3 : day - 1
    default: day
    }
  }

  private func weekdayMask(length: Int, first: Int) -> UInt32 {
    // Turned so that bit 0 is the weekday of the month's first day.
    let turned = { (week: UInt64) in (week >> first | week << (7 - first)) & 0x7F }
    var mask = turned(weekdays) * Self.weekPattern << 1
    guard numberedWeekdays | lastWeekdays != 0 else { return UInt32(truncatingIfNeeded: mask) }
    for week in 0..<5 {
      mask |= turned(numberedWeekdays >> (7 * week) & 0x7F) << (7 * week + 1)
    }
    // The last of each weekday is among the last seven days.
    let lastSeven = UInt64(0x7F) << (length - 6)
    mask |= turned(lastWeekdays) * Self.weekPattern << 1 & lastSeven
    return UInt32(truncatingIfNeeded: mask)
  }
}
