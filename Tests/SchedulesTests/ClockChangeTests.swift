import Model
import Testing

@testable import Schedules

/// What the clocks' changes of real zones do to real expressions. The moments are as a clock on the wall there shows
/// them, with its offset.
struct ClockChangeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let zone: String
    let cron: String
    let after: String
    let slots: [String]

    init(_ zone: String, _ cron: String, after: String, _ slots: String...) {
      self.zone = zone
      self.cron = cron
      self.after = after
      self.slots = slots
    }

    var testDescription: String { "\(cron) in \(zone) after \(after)" }
  }

  /// Clocks go from 02:00 to 03:00 on 29 March 2026, and from 03:00 back to 02:00 on 25 October.
  static let berlin: [Case] = [
    Case(
      "Europe/Berlin", "30 2 * * *", after: "2026-03-28T12:00:00+01:00", "2026-03-29T03:00:00+02:00",
      "2026-03-30T02:30:00+02:00"),
    Case(
      "Europe/Berlin", "*/15 2 * * *", after: "2026-03-28T12:00:00+01:00", "2026-03-29T03:00:00+02:00",
      "2026-03-30T02:00:00+02:00"),
    Case(
      "Europe/Berlin", "30 2,3 * * *", after: "2026-03-28T12:00:00+01:00", "2026-03-29T03:00:00+02:00",
      "2026-03-29T03:30:00+02:00", "2026-03-30T02:30:00+02:00"),
    Case(
      "Europe/Berlin", "20 30 2 * * *", after: "2026-03-28T12:00:00+01:00", "2026-03-29T03:00:00+02:00",
      "2026-03-30T02:30:20+02:00"),
    Case(
      "Europe/Berlin", "*/15 * * * *", after: "2026-03-29T01:30:00+01:00", "2026-03-29T01:45:00+01:00",
      "2026-03-29T03:00:00+02:00", "2026-03-29T03:15:00+02:00"),
    Case(
      "Europe/Berlin", "30 * * * *", after: "2026-03-29T01:00:00+01:00", "2026-03-29T01:30:00+01:00",
      "2026-03-29T03:30:00+02:00"),
    Case(
      "Europe/Berlin", "0 */2 * * *", after: "2026-03-29T00:00:00+01:00", "2026-03-29T03:00:00+02:00",
      "2026-03-29T04:00:00+02:00"),
    Case(
      "Europe/Berlin", "30 2 29 3 *", after: "2026-01-01T00:00:00+01:00", "2026-03-29T03:00:00+02:00",
      "2027-03-29T02:30:00+02:00"),
    Case(
      "Europe/Berlin", "30 2 * * *", after: "2026-10-24T12:00:00+02:00", "2026-10-25T02:30:00+02:00",
      "2026-10-26T02:30:00+01:00"),
    Case(
      "Europe/Berlin", "*/30 2 * * *", after: "2026-10-24T12:00:00+02:00", "2026-10-25T02:00:00+02:00",
      "2026-10-25T02:30:00+02:00", "2026-10-26T02:00:00+01:00"),
    Case(
      "Europe/Berlin", "*/30 * * * *", after: "2026-10-25T02:15:00+02:00", "2026-10-25T02:30:00+02:00",
      "2026-10-25T02:00:00+01:00", "2026-10-25T02:30:00+01:00", "2026-10-25T03:00:00+01:00"),
    Case(
      "Europe/Berlin", "0 0-23 * * *", after: "2026-10-25T01:30:00+02:00", "2026-10-25T02:00:00+02:00",
      "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00"),
    Case(
      "Europe/Berlin", "0 3 * * *", after: "2026-10-25T00:00:00+02:00", "2026-10-25T03:00:00+01:00"),
    // Begun among the times that come twice: nothing is run again.
    Case("Europe/Berlin", "45 2 * * *", after: "2026-10-25T02:15:00+01:00", "2026-10-26T02:45:00+01:00"),
    // Years for which there is no table, only the rule.
    Case(
      "Europe/Berlin", "30 2 * * *", after: "2150-03-28T12:00:00+01:00", "2150-03-29T03:00:00+02:00",
      "2150-03-30T02:30:00+02:00"),
  ]

  static let others: [Case] = [
    Case(
      "America/New_York", "30 2 * * *", after: "2026-03-07T12:00:00-05:00", "2026-03-08T03:00:00-04:00",
      "2026-03-09T02:30:00-04:00"),
    Case(
      "America/New_York", "30 1 * * *", after: "2026-10-31T12:00:00-04:00", "2026-11-01T01:30:00-04:00",
      "2026-11-02T01:30:00-05:00"),
    // Half an hour.
    Case(
      "Australia/Lord_Howe", "15 2 * * *", after: "2026-10-03T12:00:00+10:30", "2026-10-04T02:30:00+11:00",
      "2026-10-05T02:15:00+11:00"),
    Case(
      "Australia/Lord_Howe", "45 1 * * *", after: "2026-04-04T12:00:00+11:00", "2026-04-05T01:45:00+11:00",
      "2026-04-06T01:45:00+10:30"),
    Case(
      "Australia/Lord_Howe", "*/15 * * * *", after: "2026-04-05T01:40:00+11:00", "2026-04-05T01:45:00+11:00",
      "2026-04-05T01:30:00+10:30", "2026-04-05T01:45:00+10:30", "2026-04-05T02:00:00+10:30"),
    // 30 December 2011 is not.
    Case(
      "Pacific/Apia", "0 12 * * *", after: "2011-12-29T00:00:00-10:00", "2011-12-29T12:00:00-10:00",
      "2011-12-31T00:00:00+14:00", "2011-12-31T12:00:00+14:00"),
    Case(
      "Pacific/Apia", "30 2 30 12 *", after: "2011-12-01T00:00:00-10:00", "2011-12-31T00:00:00+14:00",
      "2012-12-30T02:30:00+14:00"),
    Case(
      "Pacific/Apia", "0 * * * *", after: "2011-12-29T22:30:00-10:00", "2011-12-29T23:00:00-10:00",
      "2011-12-31T00:00:00+14:00"),
    Case("Pacific/Apia", "0 * 30 12 *", after: "2011-12-01T00:00:00-10:00", "2012-12-30T00:00:00+14:00"),
    // At midnight: Friday 24 April has no 00:00; Thursday 29 October has 23:00 twice.
    Case(
      "Africa/Cairo", "0 0 * * *", after: "2026-04-23T12:00:00+02:00", "2026-04-24T01:00:00+03:00",
      "2026-04-25T00:00:00+03:00"),
    Case(
      "Africa/Cairo", "30 23 * * *", after: "2026-10-29T12:00:00+03:00", "2026-10-29T23:30:00+03:00",
      "2026-10-30T23:30:00+02:00"),
    Case(
      "Africa/Cairo", "@daily", after: "2026-10-29T12:00:00+03:00", "2026-10-30T00:00:00+02:00"),
    Case("Asia/Kathmandu", "0 9 * * *", after: "2026-01-01T00:00:00+05:45", "2026-01-01T09:00:00+05:45"),
    // Back for Ramadan.
    Case(
      "Africa/Casablanca", "30 2 * * *", after: "2026-02-14T12:00:00+01:00", "2026-02-15T02:30:00+01:00",
      "2026-02-16T02:30:00Z"),
    Case(
      "Africa/Casablanca", "30 2 * * *", after: "2026-03-21T12:00:00Z", "2026-03-22T03:00:00+01:00",
      "2026-03-23T02:30:00+01:00"),
    // At one minute past midnight, so that a day had 23:01 to 00:01 twice.
    Case(
      "America/St_Johns", "30 0 * * *", after: "2011-03-12T12:00:00-03:30", "2011-03-13T01:01:00-02:30",
      "2011-03-14T00:30:00-02:30"),
    Case(
      "America/St_Johns", "0,30 0,23 * * *", after: "2010-11-06T12:00:00-02:30", "2010-11-06T23:00:00-02:30",
      "2010-11-06T23:30:00-02:30", "2010-11-07T00:00:00-02:30", "2010-11-07T00:30:00-03:30"),
    Case(
      "America/St_Johns", "0 * * * *", after: "2010-11-06T22:30:00-02:30", "2010-11-06T23:00:00-02:30",
      "2010-11-07T00:00:00-02:30", "2010-11-07T00:00:00-03:30", "2010-11-07T01:00:00-03:30"),
    // Where winter is the exception.
    Case(
      "Europe/Dublin", "30 1 * * *", after: "2026-03-28T12:00:00Z", "2026-03-29T02:00:00+01:00",
      "2026-03-30T01:30:00+01:00"),
    Case(
      "Europe/Dublin", "30 1 * * *", after: "2026-10-24T12:00:00+01:00", "2026-10-25T01:30:00+01:00",
      "2026-10-26T01:30:00Z"),
    Case(
      "Asia/Tehran", "0 0 * * *", after: "2022-03-21T12:00:00+03:30", "2022-03-22T01:00:00+04:30",
      "2022-03-23T00:00:00+04:30"),
    Case("Asia/Tehran", "0 0 * * *", after: "2023-03-21T12:00:00+03:30", "2023-03-22T00:00:00+03:30"),
    // Two hours: two times in one gap are one slot.
    Case(
      "Antarctica/Troll", "30 1,2 * * *", after: "2026-03-28T12:00:00Z", "2026-03-29T03:00:00+02:00",
      "2026-03-30T01:30:00+02:00"),
    Case(
      "Antarctica/Troll", "30 1,2 * * *", after: "2026-10-24T12:00:00+02:00", "2026-10-25T01:30:00+02:00",
      "2026-10-25T02:30:00+02:00", "2026-10-26T01:30:00Z"),
    Case(
      "America/Sao_Paulo", "0 0 * * SUN", after: "2018-11-01T00:00:00-03:00", "2018-11-04T01:00:00-02:00",
      "2018-11-11T00:00:00-02:00"),
  ]

  @Test(arguments: berlin + others)
  func next(expected: Case) throws {
    let schedule = try TestZones.cron(expected.cron, expected.zone)
    let slots = schedule.next(expected.slots.count, after: Timestamp(expected.after)).map(\.moment)
    #expect(slots.map(schedule.zone.text) == expected.slots)
    // And back again, from the last of them.
    let last = try #require(slots.last)
    let back = schedule.previous(slots.count, before: last + .microseconds(1)).map(\.moment)
    #expect(back == slots.reversed())
  }

  @Test func anIntervalIsElapsedTime() throws {
    let schedule = try TestZones.schedule(ScheduleRule(.every(.seconds(3600), align: .epoch), zone: "Europe/Berlin"))
    let slots = schedule.next(3, after: Timestamp("2026-03-29T00:30:00+01:00")).map {
      schedule.zone.text(of: $0.moment)
    }
    #expect(slots == ["2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+02:00"])
  }

  @Test func leapDaysAndMonthEnds() throws {
    let days = { (cron: String, after: String, count: Int) in
      try TestZones.cron(cron).next(count, after: Timestamp(after)).map { $0.moment.rfc3339.prefix(10) }
    }
    #expect(try days("0 0 29 2 *", "2096-03-01T00:00:00Z", 2) == ["2104-02-29", "2108-02-29"])
    // 29 February on a Sunday, over the year 2100: the longest wait that there is.
    #expect(try days("0 0 29 2 */7", "2060-01-01T00:00:00Z", 3) == ["2060-02-29", "2088-02-29", "2128-02-29"])
    #expect(try days("0 0 31 * *", "2026-01-31T00:00:00Z", 3) == ["2026-03-31", "2026-05-31", "2026-07-31"])
    #expect(try days("0 0 L * *", "2028-01-31T00:00:00Z", 3) == ["2028-02-29", "2028-03-31", "2028-04-30"])
    #expect(try days("0 0 LW * *", "2026-01-01T00:00:00Z", 2) == ["2026-01-30", "2026-02-27"])
    #expect(try days("0 0 13 * FRI", "2026-02-01T00:00:00Z", 3) == ["2026-02-06", "2026-02-13", "2026-02-20"])
    let backwards = try TestZones.cron("0 0 29 2 *").previous(2, before: Timestamp("2104-02-29T00:00:00Z"))
    #expect(backwards.map { $0.moment.rfc3339.prefix(10) } == ["2096-02-29", "2092-02-29"])
  }

  @Test func theEndsOfTime() throws {
    let schedule = try TestZones.cron("0 0 1 1 *", "Europe/Berlin")
    #expect(schedule.next(after: Timestamp(microseconds: .max)) == nil)
    #expect(schedule.previous(before: Timestamp(microseconds: .min)) == nil)
    #expect(schedule.next(after: Timestamp(microseconds: .min)) != nil)
    #expect(schedule.previous(before: Timestamp(microseconds: .max)) != nil)
    #expect(schedule.next(after: Timestamp("9999-06-01T00:00:00Z")) == nil)
    #expect(try TestZones.cron("0 0 29 2 */7").next(after: Timestamp("9990-01-01T00:00:00Z")) == nil)
  }
}
