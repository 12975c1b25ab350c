import Foundation
import Testing

@testable import Schedules

struct CivilDateTests {
  @Test func goesThereAndBackForEveryDayOfFourHundredYears() {
    var expected = CivilDate(year: 1900, month: 1, day: 1)
    let first = expected.daysSinceEpoch
    for days in first..<first + 146_097 {
      let date = CivilDate(daysSinceEpoch: days)
      #expect(date == expected && date.daysSinceEpoch == days)
      if expected.day < CivilDate.length(ofMonth: expected.month, in: expected.year) {
        expected = CivilDate(year: expected.year, month: expected.month, day: expected.day + 1)
      } else if expected.month < 12 {
        expected = CivilDate(year: expected.year, month: expected.month + 1, day: 1)
      } else {
        expected = CivilDate(year: expected.year + 1, month: 1, day: 1)
      }
    }
    #expect(expected == CivilDate(year: 2300, month: 1, day: 1))
  }

  @Test func knowsWhatFoundationKnows() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    var source = SeededGenerator(seed: 1)
    for _ in 0..<2000 {
      // Foundation goes over to the Julian calendar in 1582.
      let days = Int.random(in: -100_000...2_900_000, using: &source)
      let parts = calendar.dateComponents(
        [.year, .month, .day, .weekday], from: Date(timeIntervalSince1970: Double(days) * 86_400))
      let date = CivilDate(daysSinceEpoch: days)
      #expect(date.year == parts.year && date.month == parts.month && date.day == parts.day)
      #expect(CivilDate.weekday(ofDay: days) + 1 == parts.weekday)
    }
  }

  /// The bound of the search for a day stands on it: see `CronExpression+Search.swift`.
  @Test func everyKindOfMonthComesAgainWithinFortyYears() {
    var last: [[Int]: Int] = [:]
    var longest: [Int: Int] = [:]
    for year in 1600...2800 {
      for month in 1...12 {
        let length = CivilDate.length(ofMonth: month, in: year)
        let first = CivilDate.weekday(ofDay: CivilDate(year: year, month: month, day: 1).daysSinceEpoch)
        let kind = [month, length, first]
        if let before = last[kind] { longest[length] = max(longest[length] ?? 0, year - before) }
        last[kind] = year
      }
    }
    #expect(longest == [28: 12, 29: 40, 30: 12, 31: 12])
    #expect(last.count == 13 * 7)
  }
}
