import Model

/// The form of dates in HTTP (RFC 9110, section 5.6.7), such as `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
  /// From the epoch's own day of the week on.
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

  static func text(_ time: Timestamp) -> String {
    // 2026-11-21T11:04:42.000000Z
    let text = Array(time.rfc3339.utf8)
    let part = { (range: Range<Int>) in String(decoding: text[range], as: UTF8.self) }
    guard text.count == 27, let month = Int(part(5..<7)), time.microseconds >= 0 else { return "" }
    let day = Int(time.microseconds / 86_400_000_000 % 7)
    return "\(days[day]), \(part(8..<10)) \(months[month - 1]) \(part(0..<4)) \(part(11..<19)) GMT"
  }
}
