import Model
import Schedules

@testable import Content

/// Zones that need no files: Europe/Berlin, which has the clocks of UTC here.
enum SomeZones {
  static let admission = ScheduleAdmission { name throws(Problem) in
    guard name == "Europe/Berlin" else {
      throw Problem(
        .invalid, "the time zone \(name) is not known", field: "zone", rule: "a name of the IANA's time zone database",
        hint: "did you mean Europe/Berlin?")
    }
    return .utc
  }
}
