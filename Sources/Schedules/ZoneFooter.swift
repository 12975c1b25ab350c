/// The rule of a time zone for the years after its last known change: a standard time, and perhaps another time
/// between two days of every year (the POSIX `TZ` variable with RFC 8536's extensions).
struct ZoneFooter: Hashable, Sendable {
  /// A day of every year, and a time on it.
  struct Edge: Hashable, Sendable {
    enum Day: Hashable, Sendable {
      /// `Jn`: 1 to 365; 29 February is not counted, so that day 60 is 1 March in every year.
      case ofYear(Int)
      /// `n`: 0 to 365, 29 February counted.
      case sinceNewYear(Int)
      /// `Mm.w.d`: the month, the week (5 is the last), the weekday (0 is Sunday).
      case ofMonth(Int, week: Int, weekday: Int)
    }

    let day: Day
    /// Seconds after the day's midnight by the time that holds before the change; -167 to 167 hours.
    let time: Int

    /// The local second of the edge in a year.
    func local(in year: Int) -> Int {
      let days: Int
      switch day {
      case .ofYear(let number):
        let isAfterLeapDay = CivilDate.isLeap(year) && number >= 60
        days = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch + number - (isAfterLeapDay ? 0 : 1)
      case .sinceNewYear(let number):
        days = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch + number
      case .ofMonth(let month, let week, let weekday):
        let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
        let lead = (weekday - CivilDate.weekday(ofDay: first)).modulo(7)
        let length = CivilDate.length(ofMonth: month, in: year)
        let day = lead + 7 * (week - 1)
        days = first + (day < length ? day : day - 7)
      }
      return days * 86_400 + time
    }
  }

  /// What holds between `start` and `end` of every year, which may lie across New Year.
  struct Daylight: Hashable, Sendable {
    let offset: Int
    let start: Edge
    let end: Edge
  }

  /// Seconds ahead of UTC.
  let standardOffset: Int
  let daylight: Daylight?

  func span(at second: Int) -> ZoneSpan {
    guard let daylight else { return ZoneSpan(start: .min, end: .max, offset: standardOffset) }
    let year = CivilDate(daysSinceEpoch: (second + standardOffset).floored(by: 86_400)).year
    // An edge may stand a week outside its year, so that two years either way have one before and one after `second`.
    var before = (second: Int.min, offset: standardOffset)
    var after = Int.max
    for candidate in year - 2...year + 2 {
      let end = daylight.end.local(in: candidate) - daylight.offset
      if end > second { after = min(after, end) }
      if end <= second, end > before.second { before = (end, standardOffset) }
      let start = daylight.start.local(in: candidate) - standardOffset
      if start > second { after = min(after, start) }
      // Where daylight time ends and begins at one moment, it goes on for ever.
      if start <= second, start >= before.second { before = (start, daylight.offset) }
    }
    return ZoneSpan(start: before.second, end: after, offset: before.offset)
  }
}
