/// The search for the next and the one before. It goes by months, days, hours, minutes and seconds, each a look at one
/// word of bits, never from second to second.
///
/// It ends: whether a month has a day that fits depends on its length and first weekday only, and a month with given
/// ones comes again within 40 years (29 February on one weekday, across a year such as 2100; all others within 12). An
/// expression for which no month fits is refused when it is read. The years 1 to 9999 bound the search besides.
extension CronExpression {
  /// The local seconds of the years 1 to 9999.
  static let localRange =
    CivilDate(year: 1, month: 1, day: 1).daysSinceEpoch * 86_400..<CivilDate(year: 10_000, month: 1, day: 1)
    .daysSinceEpoch * 86_400

  /// The first local second that fits, `earliest` or later; `nil` if there is none before the year 10,000.
  func local(atOrAfter earliest: Int) -> Int? {
    let earliest = max(earliest, Self.localRange.lowerBound)
    let day = earliest.floored(by: 86_400)
    let date = CivilDate(daysSinceEpoch: day)
    if dayMask(date.year, date.month) & 1 << date.day != 0 {
      if let time = time(atOrAfter: earliest - day * 86_400) { return day * 86_400 + time }
    }
    guard let next = self.day(after: date) else { return nil }
    return next * 86_400 + firstTime
  }

  /// The last local second that fits, `latest` or earlier; `nil` if there is none since the year 1.
  func local(atOrBefore latest: Int) -> Int? {
    let latest = min(latest, Self.localRange.upperBound - 1)
    let day = latest.floored(by: 86_400)
    let date = CivilDate(daysSinceEpoch: day)
    if dayMask(date.year, date.month) & 1 << date.day != 0 {
      if let time = time(atOrBefore: latest - day * 86_400) { return day * 86_400 + time }
    }
    guard let next = self.day(before: date) else { return nil }
    return next * 86_400 + lastTime
  }

  /// The days of one month that fit, as bits 1 to 31.
  private func dayMask(_ year: Int, _ month: Int) -> UInt32 {
    guard months & 1 << month != 0 else { return 0 }
    let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
    return days.mask(
      length: CivilDate.length(ofMonth: month, in: year), first: CivilDate.weekday(ofDay: first))
  }

  /// The first day after `date` that fits, since the epoch.
  private func day(after date: CivilDate) -> Int? {
    var (year, month) = (date.year, date.month)
    // Bits beyond the day. Day 31 leaves none.
    var wanted = UInt32(truncatingIfNeeded: UInt64.max << (date.day + 1))
    while year <= 9999 {
      let mask = dayMask(year, month) & wanted
      if mask != 0 { return CivilDate(year: year, month: month, day: mask.trailingZeroBitCount).daysSinceEpoch }
      wanted = .max
      let later = months & UInt64.max << (month + 1)
      if later != 0 {
        month = later.trailingZeroBitCount
      } else {
        month = months.trailingZeroBitCount
        year += 1
      }
    }
    return nil
  }

  /// The last day before `date` that fits, since the epoch.
  private func day(before date: CivilDate) -> Int? {
    var (year, month) = (date.year, date.month)
    var wanted = (UInt32(1) << date.day) - 1
    while year >= 1 {
      let mask = dayMask(year, month) & wanted
      if mask != 0 { return CivilDate(year: year, month: month, day: mask.highestBit).daysSinceEpoch }
      wanted = .max
      let earlier = months & ((1 << month) - 1)
      if earlier != 0 {
        month = earlier.highestBit
      } else {
        month = months.highestBit
        year -= 1
      }
    }
    return nil
  }

  /// The first and last second of a day that fits.
  private var firstTime: Int {
    hours.trailingZeroBitCount * 3600 + minutes.trailingZeroBitCount * 60 + seconds.trailingZeroBitCount
  }

  private var lastTime: Int { hours.highestBit * 3600 + minutes.highestBit * 60 + seconds.highestBit }

  private func time(atOrAfter earliest: Int) -> Int? {
    let (hour, minute, second) = (earliest / 3600, earliest / 60 % 60, earliest % 60)
    if hours & 1 << hour != 0 {
      if minutes & 1 << minute != 0 {
        let later = seconds & UInt64.max << second
        if later != 0 { return hour * 3600 + minute * 60 + later.trailingZeroBitCount }
      }
      let later = minutes & UInt64.max << (minute + 1)
      if later != 0 { return hour * 3600 + later.trailingZeroBitCount * 60 + seconds.trailingZeroBitCount }
    }
    let later = hours & UInt64.max << (hour + 1)
    guard later != 0 else { return nil }
    return later.trailingZeroBitCount * 3600 + firstTime % 3600
  }

  private func time(atOrBefore latest: Int) -> Int? {
    let (hour, minute, second) = (latest / 3600, latest / 60 % 60, latest % 60)
    if hours & 1 << hour != 0 {
      if minutes & 1 << minute != 0 {
        let earlier = seconds & ((2 << second) - 1)
        if earlier != 0 { return hour * 3600 + minute * 60 + earlier.highestBit }
      }
      let earlier = minutes & ((1 << minute) - 1)
      if earlier != 0 { return hour * 3600 + earlier.highestBit * 60 + seconds.highestBit }
    }
    let earlier = hours & ((1 << hour) - 1)
    guard earlier != 0 else { return nil }
    return earlier.highestBit * 3600 + lastTime % 3600
  }
}

extension FixedWidthInteger {
  /// The place of the highest bit that is set. It must not be 0.
  fileprivate var highestBit: Int { Self.bitWidth - 1 - leadingZeroBitCount }
}
