/// A date and a time of the day that a clock shows, such as `2026-12-24T18:00:00`.
struct LocalTime: Hashable, Sendable {
  /// Seconds since 1970-01-01T00:00:00 on the same clock, if it were never changed.
  let second: Int

  /// Reads a date, `T` and a time, the seconds of which may be missing; `nil` for anything else, and for days that do
  /// not exist.
  init?(text: String) {
    let bytes = Array(text.utf8)
    let isForm = bytes.count == 16 || bytes.count == 19
    guard isForm else { return nil }
    let pattern = Array("0000-00-00T00:00:00".utf8)
    for (byte, expected) in zip(bytes, pattern) {
      let isAdmitted = expected == UInt8(ascii: "0") ? byte.isDigit : byte == expected
      guard isAdmitted else { return nil }
    }
    let number = { (range: Range<Int>) in bytes[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } }
    let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
    let (hour, minute, second) = (number(11..<13), number(14..<16), bytes.count == 19 ? number(17..<19) : 0)
    guard year >= 1, (1...12).contains(month), (1...CivilDate.length(ofMonth: month, in: year)).contains(day),
      hour < 24, minute < 60, second < 60
    else { return nil }
    self.second =
      CivilDate(year: year, month: month, day: day).daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second
  }
}
