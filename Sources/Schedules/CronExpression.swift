import Model

/// A cron expression, read and checked: which seconds of which days a clock on the wall must show.
///
/// It knows no time zone; `Timetable` puts the two together.
public struct CronExpression: Hashable, Sendable {
  /// The longest text, in bytes.
  public static let maximumLength = ScheduleRule.longestExpression

  /// As it was written.
  public let text: String
  /// Bit n: second, minute, hour or month n.
  let seconds: UInt64
  let minutes: UInt64
  let hours: UInt64
  let months: UInt64
  let days: CronDays

  /// Whether it runs in every hour of its days, and so in the rhythm of elapsed time when clocks are changed. One that
  /// names hours runs once for each time of the day that it names.
  let isRhythm: Bool

  /// - Parameters:
  ///   - text: five fields, six with the second first, or a name such as `@daily`.
  ///   - name: whose runs they are; decides what `H` and `~` choose.
  public init(_ text: String, name: String = "") throws(CronFault) {
    var parser = try CronParser(text, name: name)
    let fields = try parser.fields()
    self.init(text: text, fields: fields, days: parser.days)
    guard isPossible else { throw parser.impossibility(fields) }
  }

  init(text: String, fields: [CronField: CronFieldValue], days: CronDays) {
    self.text = text
    seconds = fields[.second]?.values ?? 1
    minutes = fields[.minute]?.values ?? 1
    hours = fields[.hour]?.values ?? 1
    months = fields[.month]?.values ?? 0
    self.days = days
    isRhythm = hours == (1 << 24) - 1
  }

  /// Whether there is any day that it runs on.
  ///
  /// The days of a month follow from its length and its first weekday alone, and a month of each length begins on
  /// each weekday in some year. So a look at those few months decides it.
  var isPossible: Bool {
    (1...12).contains { month in
      guard months & 1 << month != 0 else { return false }
      let lengths = month == 2 ? [28, 29] : [CivilDate.length(ofMonth: month, in: 2001)]
      return lengths.contains { length in (0..<7).contains { days.mask(length: length, first: $0) != 0 } }
    }
  }
}
