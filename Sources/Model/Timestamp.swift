import Foundation

/// A moment of wall-clock time, in microseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
  public let microseconds: Int64

  public init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

  public static func + (time: Timestamp, duration: Duration) -> Timestamp {
    Timestamp(microseconds: time.microseconds &+ duration.wholeMicroseconds)
  }

  public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
    .microseconds(later.microseconds - earlier.microseconds)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let time = Timestamp(rfc3339: text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time: \(text)")
    }
    self = time
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rfc3339)
  }
}

extension Timestamp: CustomStringConvertible {
  public var description: String { rfc3339 }

  /// The moment in UTC with six decimals, such as `2026-11-21T11:04:42.000000Z` (RFC 3339, section 5.6).
  public var rfc3339: String {
    let (seconds, fraction) = microseconds.quotientAndRemainder(floored: 1_000_000)
    let (days, ofDay) = seconds.quotientAndRemainder(floored: 86_400)
    let date = CivilDate(daysSinceEpoch: days)
    let text = { (value: Int64, width: Int) in
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(text(date.year, 4))-\(text(date.month, 2))-\(text(date.day, 2))"
      + "T\(text(ofDay / 3600, 2)):\(text(ofDay / 60 % 60, 2)):\(text(ofDay % 60, 2)).\(text(fraction, 6))Z"
  }

  /// Reads an RFC 3339 time with any zone offset; `nil` if `text` is not one.
  public init?(rfc3339 text: String) {
    guard text.utf8.count <= 64 else { return nil }
    // The fraction is read apart: a Date is a Double, which does not carry microseconds exactly.
    let whole = text.prefix { $0 != "." }
    let fraction = text.dropFirst(whole.count).dropFirst()
    let digits = fraction.prefix { $0.isASCII && $0.isNumber }
    guard whole.count == text.count || !digits.isEmpty,
      let date = try? Date.ISO8601FormatStyle().parse(String(whole + fraction.dropFirst(digits.count))),
      let value = Int64((digits + "000000").prefix(6))
    else { return nil }
    self.init(microseconds: Int64(date.timeIntervalSince1970.rounded()) * 1_000_000 + value)
  }
}

/// A day of the proleptic Gregorian calendar, by Howard Hinnant's `civil_from_days`
/// (https://howardhinnant.github.io/date_algorithms.html).
private struct CivilDate {
  let year: Int64
  let month: Int64
  let day: Int64

  init(daysSinceEpoch: Int64) {
    let shifted = daysSinceEpoch + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }
}

extension Int64 {
  /// Division that rounds towards negative infinity, so that moments before 1970 keep positive remainders.
  fileprivate func quotientAndRemainder(floored divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
