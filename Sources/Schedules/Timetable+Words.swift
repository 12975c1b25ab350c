import Model

extension Timetable {
  /// When it runs, in words: `at 02:30 every day, Europe/Berlin`.
  public func describe() -> String {
    var parts: [String]
    switch rule.timing {
    case .every(let interval, let align):
      let anchor =
        switch align {
        case .epoch: ""
        case .creation: ", counted from its creation"
        case .start: ", counted from its start"
        }
      parts = ["every \(Self.words(interval))\(anchor)"]
    case .cron:
      guard case .cron(let expression) = plan else { return "" }
      parts = [expression.words, zone.name]
    case .at:
      guard case .at(let moment) = plan else { return "" }
      parts = ["once, at \(zone.text(of: moment))"]
      if rule.zone != nil { parts.append(zone.name) }
    }
    if let jitter = rule.jitter { parts.append("up to \(jitter.text) later") }
    if let start = rule.start { parts.append("from \(zone.text(of: start))") }
    if let end = rule.end { parts.append("until \(zone.text(of: end))") }
    return parts.joined(separator: ", ")
  }

  /// `10 seconds`, `minute`, `24 hours`: a day of elapsed time is not always a day of the calendar.
  private static func words(_ interval: Duration) -> String {
    let milliseconds = Int(interval.wholeMilliseconds)
    for (unit, size) in [("hour", 3_600_000), ("minute", 60_000), ("second", 1000)]
    where milliseconds % size == 0 {
      let count = milliseconds / size
      return count == 1 ? unit : "\(count) \(unit)s"
    }
    return "\(milliseconds) milliseconds"
  }
}
