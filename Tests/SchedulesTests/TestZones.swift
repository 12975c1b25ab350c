import Foundation
import Model
import Zones

@testable import Schedules

/// This host's time zones, and schedules in them.
enum TestZones {
  static let folder = Result { try ZoneFolder() }

  static func zone(_ name: String) throws(Problem) -> ZoneRules {
    guard let folder = try? folder.get() else { throw Problem(.unavailable, "this host has no tzdata") }
    return try ZoneRules(name: name, tzif: folder.bytes(of: name, atMost: ZoneRules.maximumFileSize))
  }

  static func schedule(
    _ rule: ScheduleRule, name: String = "test", created: Timestamp = Timestamp(microseconds: 0)
  ) throws -> Timetable {
    try Timetable(rule, name: name, created: created) { name throws(Problem) in try zone(name) }
  }

  static func cron(_ text: String, _ zone: String = "UTC") throws -> Timetable {
    try schedule(ScheduleRule(.cron(text), zone: zone))
  }
}

extension Timestamp {
  /// A literal moment of a test.
  init(_ text: String) {
    guard let moment = Timestamp(rfc3339: text) else { preconditionFailure("not a moment: \(text)") }
    self = moment
  }

  init(seconds: Int) {
    self.init(microseconds: Int64(seconds) * 1_000_000)
  }

  var seconds: Int { Int(microseconds / 1_000_000) }
}
