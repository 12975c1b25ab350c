/// What a cron expression means when clocks are changed.
///
/// An expression that names hours has one slot for each time of the day that it names: the first moment at which the
/// zone's clocks have come to it. That is the time itself; where the clocks jump over it, the moment after the jump;
/// where they show it twice, the first time. Times that come to one moment are one slot.
///
/// An expression of every hour is a rhythm: it has a slot whenever the clocks show a time that fits. What they jump over
/// is not made up for, and what they show twice is two slots, so that its runs stay as far apart as ever.
extension Timetable {
  /// The first slot after a second, in seconds.
  func nextSecond(of expression: CronExpression, after second: Int) -> Int? {
    guard expression.isRhythm else {
      return expression.local(atOrAfter: zone.latestLocal(upTo: second) + 1).map(zone.firstSecond(reaching:))
    }
    var from = second + 1
    while true {
      let span = zone.span(at: from)
      guard let local = expression.local(atOrAfter: from + span.offset) else { return nil }
      if local - span.offset < span.end { return local - span.offset }
      // From a swing later on, no clock shows what has been searched already, so that nothing fits before `local`.
      let isFar = span.end >= from + ZoneRules.largestSwing
      from = isFar ? max(span.end, local - ZoneRules.largestOffset) : span.end
    }
  }

  /// The last slot before a second, in seconds.
  func previousSecond(of expression: CronExpression, before second: Int) -> Int? {
    guard expression.isRhythm else {
      return expression.local(atOrBefore: zone.latestLocal(upTo: second - 1)).map(zone.firstSecond(reaching:))
    }
    var from = second - 1
    while true {
      let span = zone.span(at: from)
      guard let local = expression.local(atOrBefore: from + span.offset) else { return nil }
      if local - span.offset >= span.start { return local - span.offset }
      let isFar = span.start <= from - ZoneRules.largestSwing
      from = isFar ? min(span.start - 1, local + ZoneRules.largestOffset) : span.start - 1
    }
  }
}
