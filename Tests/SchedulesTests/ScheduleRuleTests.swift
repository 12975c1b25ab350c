import Foundation
import Model
import Testing

@testable import Schedules

struct ScheduleRuleTests {
  private func rule(_ json: String) throws -> ScheduleRule {
    try JSONDecoder().decode(ScheduleRule.self, from: Data(json.utf8))
  }

  @Test(arguments: [
    #"{"every": "10s"}"#, #"{"every": "90m", "align": "creation", "jitter": "5s"}"#,
    #"{"every": "1d", "align": "start", "start": "2026-12-01T06:00:00.000000Z"}"#,
    #"{"cron": "30 2 * * *", "zone": "Europe/Berlin"}"#,
    #"{"cron": "@daily", "end": "2027-01-01T00:00:00.000000Z", "start": "2026-12-01T00:00:00.000000Z"}"#,
    #"{"at": "2026-12-24T18:00:00", "zone": "Europe/Berlin"}"#, #"{"at": "2026-12-24T18:00:00+01:00"}"#,
  ])
  func areReadAndWritten(json: String) throws {
    let rule = try rule(json)
    let members = try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))
    #expect(JSONValue.object(rule.members) == members)
    #expect(try JSONDecoder().decode(ScheduleRule.self, from: JSONEncoder().encode(rule)) == rule)
  }

  @Test(
    arguments: [
      ("{}", nil, "needs a time"), (#"{"evry": "10s"}"#, nil, "needs a time"),
      (#"{"every": "10s", "cron": "* * * * *"}"#, "cron", "both"), (#"{"every": "0s"}"#, "every", "0s"),
      (#"{"every": "999ms"}"#, "every", "999ms"), (#"{"every": "3651d"}"#, "every", "cannot be"),
      (#"{"every": 10}"#, "every", "10"), (#"{"every": "10"}"#, "every", "10"), (#"{"every": "-1s"}"#, "every", "-1s"),
      (#"{"every": "1.0005s"}"#, "every", "part of a millisecond"),
      (#"{"every": "10s", "align": "noon"}"#, "align", "noon"),
      (#"{"every": "10s", "align": "start"}"#, "align", "start"),
      (#"{"cron": "@daily", "align": "epoch"}"#, "align", "every"),
      (#"{"every": "10s", "jitter": "10s"}"#, "jitter", "shorter"),
      (#"{"cron": "@daily", "jitter": "25h"}"#, "jitter", "25h"),
      (#"{"cron": 5}"#, "cron", "text"), (#"{"cron": ""}"#, "cron", "text"),
      (#"{"cron": "@daily", "start": "2026-01-02"}"#, "start", "2026-01-02"),
      (#"{"cron": "@daily", "start": "2026-01-02T00:00:00Z", "end": "2026-01-02T00:00:00Z"}"#, "end", "after start"),
    ] as [(String, String?, String)])
  func areRefused(json: String, field: String?, message: String) throws {
    let problem = #expect(throws: Problem.self) { try rule(json) }
    #expect(problem?.field == field && problem?.message.contains(message) == true, "\(String(describing: problem))")
    #expect(problem?.code == .invalid)
  }

  @Test(arguments: [
    (#"{"cron": "0 0 30 2 *"}"#, "cron", "column 5: 30 never comes"),
    (#"{"cron": "@daily", "zone": "Europe/Berlim"}"#, "zone", "Europe/Berlim"),
    (#"{"cron": "@daily", "zone": "../../etc/passwd"}"#, "zone", "not known"),
    (#"{"at": "2026-12-24T18:00:00"}"#, "at", "neither"),
    (#"{"at": "2026-02-30T18:00:00", "zone": "UTC"}"#, "at", "cannot be"),
    (#"{"at": "tomorrow"}"#, "at", "tomorrow"),
    (#"{"at": "2026-12-24T18:00:00Z", "end": "2026-12-24T18:00:00Z"}"#, "end", "no slot"),
    (#"{"at": "2026-12-24T18:00:00Z", "start": "2026-12-24T18:00:01Z"}"#, "start", "no slot"),
    (#"{"cron": "0 0 1 1 *", "start": "2026-01-02T00:00:00Z", "end": "2026-12-31T00:00:00Z"}"#, "end", "no slot"),
    (#"{"every": "1h", "start": "2026-01-01T00:10:00Z", "end": "2026-01-01T01:00:00Z"}"#, "end", "no slot"),
  ])
  func areRefusedAsSchedules(json: String, field: String, message: String) throws {
    let rule = try rule(json)
    let problem = #expect(throws: Problem.self) { try TestZones.schedule(rule) }
    #expect(problem?.field == field && problem?.message.contains(message) == true, "\(String(describing: problem))")
  }

  @Test func hints() throws {
    let hint = { (json: String) in
      #expect(throws: Problem.self) { try TestZones.schedule(rule(json)) }?.hint
    }
    #expect(hint(#"{"evry": "10s"}"#) == "did you mean every?")
    #expect(hint(#"{"every": "10s", "align": "creatoin"}"#) == "did you mean creation?")
    #expect(hint(#"{"cron": "@daily", "zone": "europe/berlin"}"#) == "did you mean Europe/Berlin?")
    #expect(hint(#"{"cron": "@daily", "zone": "Kathmandu"}"#) == "did you mean Asia/Kathmandu?")
  }

  private func moments(
    _ rule: ScheduleRule, after: String, _ count: Int = 3, created: String = "2026-01-01T00:00:00.25Z"
  ) throws -> [String] {
    try TestZones.schedule(rule, created: Timestamp(created)).next(count, after: Timestamp(after)).map(\.moment.rfc3339)
  }

  @Test func intervals() throws {
    let ten = ScheduleTiming.every(.seconds(10), align: .epoch)
    #expect(
      try moments(ScheduleRule(ten), after: "2026-01-01T00:00:10Z", 2) == [
        "2026-01-01T00:00:20.000000Z", "2026-01-01T00:00:30.000000Z",
      ])
    let created = ScheduleTiming.every(.milliseconds(1500), align: .creation)
    #expect(
      try moments(ScheduleRule(created), after: "2025-01-01T00:00:00Z", 2) == [
        "2026-01-01T00:00:01.750000Z", "2026-01-01T00:00:03.250000Z",
      ])
    let started = ScheduleRule(
      .every(.seconds(86_400), align: .start), start: Timestamp("2026-02-01T06:00:00Z"),
      end: Timestamp("2026-02-03T06:00:00Z"))
    #expect(
      try moments(started, after: "2026-01-01T00:00:00Z") == [
        "2026-02-01T06:00:00.000000Z", "2026-02-02T06:00:00.000000Z",
      ])
    let schedule = try TestZones.schedule(started)
    #expect(
      schedule.previous(3, before: Timestamp("2030-01-01T00:00:00Z")).map(\.moment.rfc3339) == [
        "2026-02-02T06:00:00.000000Z", "2026-02-01T06:00:00.000000Z",
      ])
    let fromCreation = try TestZones.schedule(ScheduleRule(created), created: Timestamp("2026-01-01T00:00:00.25Z"))
    #expect(fromCreation.previous(before: Timestamp("2026-01-01T00:00:01.75Z")) == nil)
    #expect(
      fromCreation.previous(before: Timestamp("2026-01-01T00:00:01.750001Z"))?.moment.rfc3339
        == "2026-01-01T00:00:01.750000Z")
  }

  @Test func utcNeedsNoFiles() throws {
    for zone in [nil, "UTC"] {
      let schedule = try Timetable(
        ScheduleRule(.cron("0 12 * * *"), zone: zone), name: "test", created: Timestamp(seconds: 0),
        zones: { _ throws(Problem) in throw Problem(.unavailable, "this host has no tzdata") })
      #expect(schedule.next(after: Timestamp(seconds: 0))?.moment.seconds == 43_200)
    }
  }

  @Test func oneMoment() throws {
    let slots = try moments(
      ScheduleRule(.at("2026-12-24T18:00:00"), zone: "Europe/Berlin"), after: "2026-01-01T00:00:00Z")
    #expect(slots == ["2026-12-24T17:00:00.000000Z"])
    #expect(try moments(ScheduleRule(.at("2026-12-24T18:00:00+01:00")), after: "2026-12-24T17:00:00Z").isEmpty)
    // In a gap: the first moment after it.
    let gap = try moments(ScheduleRule(.at("2026-03-29T02:30"), zone: "Europe/Berlin"), after: "2026-01-01T00:00:00Z")
    #expect(gap == ["2026-03-29T01:00:00.000000Z"])
  }

  @Test func jitterIsStableAndKeepsTheOrder() throws {
    let rule = ScheduleRule(.cron("*/5 * * * *"), jitter: .seconds(600))
    let schedule = try TestZones.schedule(rule, name: "main/report")
    let slots = schedule.next(2000, after: Timestamp("2026-01-01T00:00:00Z"))
    #expect(slots == schedule.next(2000, after: Timestamp("2026-01-01T00:00:00Z")))
    #expect(zip(slots, slots.dropFirst()).allSatisfy { $0.moment <= $0.due && $0.due < $1.moment })
    let delays = slots.map { ($0.due - $0.moment).inSeconds }
    // The next slot is 300 s later: half of that in the mean.
    #expect(abs(delays.reduce(0, +) / Double(delays.count) - 150) < 10)
    let other = try TestZones.schedule(rule, name: "main/report2").next(2000, after: Timestamp("2026-01-01T00:00:00Z"))
    #expect(zip(slots, other).count { $0.due == $1.due } < 5)
    #expect(other.map(\.moment) == slots.map(\.moment))
    let short = try TestZones.schedule(ScheduleRule(.every(.seconds(60), align: .epoch), jitter: .seconds(5)))
    #expect(short.next(500, after: Timestamp("2026-01-01T00:00:00Z")).allSatisfy { ($0.due - $0.moment) < .seconds(5) })
    // Where runs fall must not change with a version.
    #expect(schedule.next(after: Timestamp("2026-01-01T00:00:00Z"))?.due.rfc3339 == "2026-01-01T00:09:36.026106Z")
  }

  @Test(arguments: [
    (#"{"cron": "30 2 * * *", "zone": "Europe/Berlin"}"#, "at 02:30 every day, Europe/Berlin"),
    (#"{"cron": "*/15 9-17 * * MON-FRI"}"#, "every 15 minutes from 09:00 to 17:59 on Monday to Friday, UTC"),
    (#"{"cron": "* * * * *"}"#, "every minute, UTC"), (#"{"cron": "@hourly"}"#, "every hour, on the hour, UTC"),
    (#"{"cron": "5,25,45 * * * *"}"#, "every 20 minutes from minute 5, UTC"),
    (#"{"cron": "5,20 * * * SAT,SUN"}"#, "at minutes 5 and 20 of every hour on Saturday and Sunday, UTC"),
    (#"{"cron": "*/10 * * * * *"}"#, "every 10 seconds, UTC"),
    (#"{"cron": "30 0 12 1,15 * ?"}"#, "at 12:00:30 on days 1 and 15 of the month, UTC"),
    (
      #"{"cron": "0 0 L,15W JAN-MAR,DEC *"}"#,
      "at 00:00 on the workday nearest to day 15 and the last day of the month in January to March and December, UTC"
    ),
    (#"{"cron": "0 6,18 * * 5#3"}"#, "at 06:00 and 18:00 on the third Friday of the month, UTC"),
    (#"{"cron": "0 0 13 * FRI"}"#, "at 00:00 on day 13 of the month or on Friday, UTC"),
    (
      #"{"cron": "0 0 */10 * FRIL"}"#,
      "at 00:00 on days 1, 11, 21 and 31 of the month, if that is also on the last Friday of the month, UTC"
    ),
    (#"{"every": "10s"}"#, "every 10 seconds"), (#"{"every": "1d", "jitter": "5m"}"#, "every 24 hours, up to 5m later"),
    (#"{"every": "1m", "align": "creation"}"#, "every minute, counted from its creation"),
    (#"{"at": "2026-12-24T18:00:00", "zone": "Europe/Berlin"}"#, "once, at 2026-12-24T18:00:00+01:00, Europe/Berlin"),
    (
      #"{"cron": "@daily", "start": "2026-12-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"}"#,
      "at 00:00 every day, UTC, from 2026-12-01T00:00:00Z, until 2027-01-01T00:00:00Z"
    ),
  ])
  func words(json: String, words: String) throws {
    #expect(try TestZones.schedule(rule(json)).describe() == words)
  }
}
