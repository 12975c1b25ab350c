import Model
import Testing

@testable import Schedules

/// What holds of every expression in every zone at every moment.
struct SchedulePropertyTests {
  private static let zones = [
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca",
    "America/St_Johns", "Europe/Dublin", "Asia/Tehran", "Antarctica/Troll", "Africa/Cairo", "Asia/Kathmandu",
    "Antarctica/Casey", "America/Sao_Paulo", "Asia/Gaza", "Pacific/Kwajalein",
  ]

  private struct Sample {
    var source: SeededGenerator

    mutating func expression() -> String {
      let field = { (source: inout SeededGenerator, forms: [String]) in forms.randomElement(using: &source) ?? "*" }
      let fields = [
        field(&source, ["*", "*/15", "30", "0,59", "7-40/9", "H", "55-5"]),
        field(&source, ["*", "*/2", "2", "0", "0-4", "23", "1,2,3", "22-2", "0-23"]),
        field(&source, ["*", "*", "*", "1", "L", "29", "15W", "*/9", "LW", "L-2"]),
        field(&source, ["*", "*", "*", "2", "MAR,OCT", "NOV-FEB"]),
        field(&source, ["*", "*", "*", "MON-FRI", "SUN", "6#2", "0L", "*/3"]),
      ]
      return fields.joined(separator: " ")
    }

    /// A moment around a change of the zone's clocks, or any.
    mutating func moment(in zone: ZoneRules) -> Int {
      let any = Int.random(in: 1_000_000_000...2_200_000_000, using: &source)
      let span = zone.span(at: any)
      guard Int.random(in: 0..<4, using: &source) > 0, span.start > 0, span.end < .max else { return any }
      return [span.start, span.end][Int.random(in: 0...1, using: &source)]
        + Int.random(in: -100_000...100_000, using: &source)
    }
  }

  @Test("next and previous are each other's way back", arguments: 0..<8 as Range<UInt64>)
  func thereAndBack(seed: UInt64) throws {
    var sample = Sample(source: SeededGenerator(seed: seed))
    var zones: [String: ZoneRules] = [:]
    for name in Self.zones { zones[name] = try TestZones.zone(name) }
    for _ in 0..<300 {
      let (cron, name) = (sample.expression(), Self.zones.randomElement(using: &sample.source) ?? "UTC")
      guard let zone = zones[name],
        let schedule = try? Timetable(
          ScheduleRule(.cron(cron), zone: name), name: "p", created: Timestamp(seconds: 0),
          zones: { _ throws(Problem) in zone })
      else { continue }
      let micros = Int64.random(in: 0..<1_000_000, using: &sample.source)
      let moment = Timestamp(microseconds: Int64(sample.moment(in: zone)) * 1_000_000 + micros)
      let slots = schedule.next(4, after: moment).map(\.moment)
      try #require(slots.count == 4, "\(cron) in \(name) after \(moment)")
      #expect(
        slots[0] > moment && slots == slots.sorted() && Set(slots).count == 4, "\(cron) in \(name) after \(moment)")
      let before = schedule.previous(before: slots[0])?.moment
      // Nothing lies between: what is before the first slot is not after the moment, and is the last one up to it.
      #expect(before.map { $0 <= moment } ?? true, "\(cron) in \(name) after \(moment)")
      #expect(before == schedule.previous(before: moment + .microseconds(1))?.moment, "\(cron) in \(name) at \(moment)")
      if let before { #expect(schedule.next(after: before)?.moment == slots[0], "\(cron) in \(name) after \(before)") }
      #expect(schedule.previous(4, before: slots[3] + .microseconds(1)).map(\.moment) == slots.reversed())
    }
  }

  /// Every minute of three days around a change, one after the other, with no cleverness.
  @Test("the search finds what a walk over every minute finds", arguments: 0..<6 as Range<UInt64>)
  func walk(seed: UInt64) throws {
    var sample = Sample(source: SeededGenerator(seed: 100 + seed))
    for _ in 0..<12 {
      let name = Self.zones.randomElement(using: &sample.source) ?? "UTC"
      let zone = try TestZones.zone(name)
      let expression = sample.expression()
      guard let schedule = try? TestZones.cron(expression, name), case .cron(let cron) = schedule.plan else { continue }
      let first = sample.moment(in: zone).floored(by: 60) * 60
      var walked: [Int] = []
      var shown = zone.latestLocal(upTo: first)
      for second in stride(from: first + 60, through: first + 3 * 86_400, by: 60) {
        let local = second + zone.span(at: second).offset
        if cron.isRhythm {
          if Self.fits(cron, local) { walked.append(second) }
        } else if local > shown {
          // All that the clocks have come to, be it by a jump.
          let news = stride(from: shown.floored(by: 60) * 60 + 60, through: local, by: 60)
          if news.contains(where: { Self.fits(cron, $0) }) { walked.append(second) }
        }
        shown = max(shown, local)
      }
      let found = schedule.next(walked.count + 1, after: Timestamp(seconds: first)).map(\.moment.seconds)
      #expect(Array(found.prefix(walked.count)) == walked, "\(expression) in \(name) after \(first)")
      #expect(found.last.map { $0 > first + 3 * 86_400 } ?? false, "\(expression) in \(name) after \(first)")
    }
  }

  private static func fits(_ cron: CronExpression, _ local: Int) -> Bool {
    let date = CivilDate(daysSinceEpoch: local.floored(by: 86_400))
    let time = local.modulo(86_400)
    let first = CivilDate.weekday(ofDay: CivilDate(year: date.year, month: date.month, day: 1).daysSinceEpoch)
    let days = cron.days.mask(length: CivilDate.length(ofMonth: date.month, in: date.year), first: first)
    return cron.months & 1 << UInt64(date.month) != 0 && days & 1 << UInt32(date.day) != 0
      && cron.hours & 1 << UInt64(time / 3600) != 0 && cron.minutes & 1 << UInt64(time / 60 % 60) != 0
      && cron.seconds & 1 << UInt64(time % 60) != 0
  }
}
