import Glibc
import Model
import Schedules
import Zones

/// Lets other programs reckon with `Schedules`: one question a line on standard input, one answer a line on standard
/// output, the parts between tabs. With the argument `bench` it measures instead.
///
/// - `cron ZONE NAME AFTER COUNT EXPRESSION` is answered with `slots`, the first COUNT slots after the second AFTER and
///   the last COUNT before it, or with `fault`, the column and the message.
/// - `offsets ZONE SECONDS` (a list with commas) is answered with `offsets`, the zone's offsets then.
@main
struct ScheduleProbe {
  private let folder: ZoneFolder
  private var zones: [String: ZoneRules] = [:]

  static func main() throws {
    var probe = ScheduleProbe(folder: try ZoneFolder())
    if CommandLine.arguments.dropFirst().first == "bench" {
      try ScheduleBench(zone: { name throws(Problem) in try probe.zone(name) }).run()
      return
    }
    while let line = readLine() {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      do {
        print(try probe.answer(parts))
      } catch let problem as Problem {
        print("fault", problem.message, separator: "\t")
      }
    }
  }

  private init(folder: ZoneFolder) {
    self.folder = folder
  }

  private mutating func answer(_ parts: [String]) throws -> String {
    switch parts.first {
    case "cron" where parts.count == 6: try slots(parts)
    case "offsets" where parts.count == 3: try offsets(parts)
    default: throw Problem(.invalid, "this is no question")
    }
  }

  private mutating func slots(_ parts: [String]) throws -> String {
    guard let after = Int64(parts[3]), let count = Int(parts[4]) else {
      throw Problem(.invalid, "the third and fourth part must be numbers")
    }
    let schedule = try Timetable(
      ScheduleRule(.cron(parts[5]), zone: parts[1]), name: parts[2], created: Timestamp(microseconds: 0)
    ) { name throws(Problem) in try zone(name) }
    let moment = Timestamp(microseconds: after * 1_000_000)
    let seconds = { (slots: [ScheduleSlot]) in
      slots.map { String($0.moment.microseconds / 1_000_000) }.joined(separator: ",")
    }
    return
      "slots\t\(seconds(schedule.next(count, after: moment)))\t\(seconds(schedule.previous(count, before: moment)))"
  }

  private mutating func offsets(_ parts: [String]) throws -> String {
    let zone = try zone(parts[1])
    let offsets = parts[2].split(separator: ",").compactMap { Int64($0) }.map { second in
      String(zone.offset(at: Timestamp(microseconds: second * 1_000_000)))
    }
    return "offsets\t\(offsets.joined(separator: ","))"
  }

  private mutating func zone(_ name: String) throws(Problem) -> ZoneRules {
    if let known = zones[name] { return known }
    let bytes = try folder.bytes(of: name, atMost: ZoneRules.maximumFileSize)
    let zone = try ZoneRules(name: name, tzif: bytes)
    zones[name] = zone
    return zone
  }
}
