/// A field of a cron expression.
enum CronField: Int, CaseIterable, Sendable {
  case second, minute, hour, day, month, weekday

  var name: String {
    switch self {
    case .second: "second"
    case .minute: "minute"
    case .hour: "hour"
    case .day: "day of the month"
    case .month: "month"
    case .weekday: "day of the week"
    }
  }

  /// The values that `*` stands for.
  var range: ClosedRange<Int> {
    switch self {
    case .second, .minute: 0...59
    case .hour: 0...23
    case .day: 1...31
    case .month: 1...12
    case .weekday: 0...6
    }
  }

  /// The values that may be written: Sunday is 0 and 7.
  var writable: ClosedRange<Int> { self == .weekday ? 0...7 : range }

  /// The values from which `H` and `~` choose when no range is given. Every month has 28 days.
  var spreadRange: ClosedRange<Int> { self == .day ? 1...28 : range }

  /// Whether a range may go beyond the last value and on with the first, such as `FRI-MON`. Months differ in their
  /// last day, so that nobody could count the steps of such a range of days.
  var wraps: Bool { self != .day }

  /// Three letters each, in the order of their values from the first one.
  var valueNames: [String] {
    switch self {
    case .month: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    case .weekday: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
    default: []
    }
  }

  /// In full, in the order of `valueNames`.
  var fullNames: [String] {
    switch self {
    case .month:
      [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
      ]
    case .weekday: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    default: []
    }
  }

  /// What may stand in the field, for people.
  var rule: String {
    let numbers = "\(writable.lowerBound) to \(writable.upperBound)"
    return switch self {
    case .month: numbers + ", or JAN to DEC"
    case .weekday: numbers + " (Sunday is 0 and 7), or SUN to SAT"
    default: numbers
    }
  }
}
