/// The words for the days of a cron expression.
struct CronDayWords {
  private static let ordinals = ["first", "second", "third", "fourth", "fifth"]

  let days: CronDays

  /// `on day 13 of the month or on Friday`; `nil` for every day.
  var text: String? {
    guard days.areBothNeeded else { return "\(dateWords ?? "every day") or \(weekdayWords ?? "every day")" }
    guard let dateWords else { return weekdayWords }
    guard let weekdayWords else { return dateWords }
    return "\(dateWords), if that is also \(weekdayWords)"
  }

  private var dateWords: String? {
    let special = days.datesBeforeLast | days.nearestToDates | days.nearestBeforeLast
    guard days.dates != 0xFFFF_FFFE else { return nil }
    var words: [String] = []
    if days.dates != 0 {
      let numbers = CronWords.numbers(UInt64(days.dates), in: CronField.day.range)
      words.append("day\(days.dates.nonzeroBitCount == 1 ? "" : "s") \(numbers)")
    }
    guard special != 0 else { return "on \(CronWords.list(words)) of the month" }
    words += UInt64(days.nearestToDates).places.map { "the workday nearest to day \($0)" }
    words += UInt64(days.nearestBeforeLast).places.map {
      $0 == 0 ? "the last workday" : "the workday nearest to \(Self.beforeLast($0))"
    }
    words += UInt64(days.datesBeforeLast).places.reversed().map { $0 == 0 ? "the last day" : Self.beforeLast($0) }
    return "on \(CronWords.list(words)) of the month"
  }

  private static func beforeLast(_ count: Int) -> String {
    count == 1 ? "the day before the last day" : "the day \(count) days before the last day"
  }

  private var weekdayWords: String? {
    guard days.weekdays != 0x7F else { return nil }
    let names = CronField.weekday.fullNames
    // Sunday stands last, so that a weekend is in one piece.
    let week = days.weekdays & 0x7E | (days.weekdays & 1) << 7
    var words = CronWords.runs(week, in: 1...7).map {
      CronWords.span($0, Array(names.dropFirst() + names.prefix(1)), from: 1)
    }
    let ofMonth =
      days.numberedWeekdays.places.map { "the \(Self.ordinals[$0 / 7]) \(names[$0 % 7])" }
      + days.lastWeekdays.places.map { "the last \(names[$0])" }
    if let last = ofMonth.last { words += ofMonth.dropLast() + ["\(last) of the month"] }
    return "on \(CronWords.list(words))"
  }
}
