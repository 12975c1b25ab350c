import Model

/// Quantities in words for people. Programs take the exact values from `--json`.
enum Measure {
  /// How long before `now` the time was, such as `3 min ago`; a date when that is more than 30 days.
  static func age(_ time: Timestamp, now: Timestamp) -> String {
    let seconds = (now - time).wholeMicroseconds / 1_000_000
    switch seconds {
    case ..<(-1): return "in " + span(-seconds)
    case ..<1: return "now"
    case ..<(30 * 86_400): return span(seconds) + " ago"
    default: return String(time.rfc3339.prefix(10))
    }
  }

  private static func span(_ seconds: Int64) -> String {
    switch seconds {
    case ..<60: "\(seconds) s"
    case ..<3600: "\(seconds / 60) min"
    case ..<86_400: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) d"
    }
  }

  /// Such as `3.2 ms`, `1.50 s` or `2 min 5 s`.
  static func milliseconds(_ value: Double) -> String {
    switch value {
    case ..<1000: return decimal(value, 1) + " ms"
    case ..<60_000: return decimal(value / 1000, 2) + " s"
    default:
      let seconds = Int64(value / 1000)
      return "\(seconds / 60) min \(seconds % 60) s"
    }
  }

  /// Such as `512 B`, `1.4 KiB` or `20.0 MiB`.
  static func bytes(_ count: Int64) -> String {
    guard count >= 1024 else { return "\(count) B" }
    var value = Double(count)
    var unit = ""
    for next in ["KiB", "MiB", "GiB", "TiB"] where value >= 1024 {
      value /= 1024
      unit = next
    }
    return decimal(value, 1) + " " + unit
  }

  /// `2026-11-21T11:04:42.123Z`.
  static func moment(_ time: Timestamp) -> String {
    time.rfc3339.prefix(23) + "Z"
  }

  private static func decimal(_ value: Double, _ places: Int) -> String {
    let scale: Int64 = places == 1 ? 10 : 100
    let (whole, fraction) = Int64((value * Double(scale)).rounded()).quotientAndRemainder(dividingBy: scale)
    let digits = String(fraction)
    return "\(whole)." + String(repeating: "0", count: places - digits.count) + digits
  }
}
