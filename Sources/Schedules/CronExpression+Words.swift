extension CronExpression {
  /// When it runs, in words, without a zone: `every 15 minutes from 09:00 to 17:59 on Monday to Friday`.
  var words: String {
    var dayWords = CronDayWords(days: days).text
    if months != 0b1_1111_1111_1110 {
      let names = CronWords.list(
        CronWords.runs(months, in: CronField.month.range).map { CronWords.span($0, CronField.month.fullNames, from: 1) }
      )
      dayWords = [dayWords, "in \(names)"].compactMap { $0 }.joined(separator: " ")
    }
    guard let dayWords else { return isRhythm ? timeWords : "\(timeWords) every day" }
    return "\(timeWords) \(dayWords)"
  }

  private static let most = (UInt64(1) << 60) - 1

  private var timeWords: String {
    if isRhythm { return rhythmWords(" of every hour") }
    let count = hours.nonzeroBitCount * minutes.nonzeroBitCount * seconds.nonzeroBitCount
    if count <= 6 {
      let times = hours.places.flatMap { hour in
        minutes.places.flatMap { minute in
          seconds.places.map { second in
            "\(hour.digits(2)):\(minute.digits(2))" + (seconds == 1 ? "" : ":\(second.digits(2))")
          }
        }
      }
      return "at \(CronWords.list(times))"
    }
    let runs = CronWords.runs(hours, in: CronField.hour.range)
    let span =
      if let run = runs.first, runs.count == 1 {
        " from \(run.lowerBound.digits(2)):00 to \(run.upperBound.digits(2)):59"
      } else {
        " in the hours \(CronWords.numbers(hours, in: CronField.hour.range))"
      }
    return rhythmWords("") + span
  }

  /// - Parameter hour: follows what is said of single minutes.
  private func rhythmWords(_ hour: String) -> String {
    if seconds == 1 {
      if minutes == Self.most { return "every minute" }
      if minutes == 1, !hour.isEmpty { return "every hour, on the hour" }
      return CronWords.steps(minutes, "minute") ?? "at \(CronWords.counted(minutes, "minute"))\(hour)"
    }
    let secondWords: String =
      seconds == Self.most
      ? "every second" : CronWords.steps(seconds, "second") ?? "at \(CronWords.counted(seconds, "second"))"
    if minutes == Self.most { return seconds.nonzeroBitCount == 1 ? "\(secondWords) of every minute" : secondWords }
    return "\(secondWords) of \(CronWords.counted(minutes, "minute"))\(hour)"
  }
}
