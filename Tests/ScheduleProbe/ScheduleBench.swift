import Glibc
import Model
import Schedules

/// Measures how long one call takes, and beside it what the C library needs to turn seconds into a date. See bench/README.md.
struct ScheduleBench {
  private static let rules: [(cron: String, zone: String)] = [
    ("* * * * *", "UTC"), ("*/15 * * * *", "Europe/Berlin"), ("30 2 * * *", "Europe/Berlin"),
    ("0 9-17 * * MON-FRI", "America/New_York"), ("0 0 1 * *", "Asia/Kathmandu"),
    ("*/10 * * * * *", "Australia/Lord_Howe"),
    ("0 6 L * *", "Europe/Berlin"), ("0 12 * * 5#3", "America/New_York"), ("0 0 29 2 *", "Europe/Berlin"),
    ("0 0 29 2 */7", "Europe/Berlin"),
  ]
  private static let calls = 20_000

  let zone: (String) throws(Problem) -> ZoneRules

  /// Prints a line for each row: its name, and the median and the 99th percentile of nanoseconds for one call.
  func run() throws {
    for (cron, zone) in Self.rules {
      let schedule = try Timetable(
        ScheduleRule(.cron(cron), zone: zone), name: "bench", created: Timestamp(microseconds: 0), zones: self.zone)
      report("next\t\(cron), \(zone)") { moment in Int(schedule.next(after: moment)?.moment.microseconds ?? 0) }
    }
    let berlin = try Timetable(
      ScheduleRule(.cron("30 2 * * *"), zone: "Europe/Berlin"), name: "bench", created: Timestamp(microseconds: 0),
      zones: zone)
    report("previous\t30 2 * * *, Europe/Berlin") { Int(berlin.previous(before: $0)?.moment.microseconds ?? 0) }
    let every = try Timetable(
      ScheduleRule(.every(.seconds(10), align: .epoch)), name: "bench", created: Timestamp(microseconds: 0), zones: zone
    )
    report("next\tevery: 10s") { Int(every.next(after: $0)?.moment.microseconds ?? 0) }
    report("parse\t0 9-17 * * MON-FRI") { _ in (try? CronExpression("0 9-17 * * MON-FRI"))?.text.utf8.count ?? 0 }
    report("heap\tset one of 100,000", Heap().set)
    report("floor\tgmtime_r") { moment in
      var seconds = time_t(moment.microseconds / 1_000_000)
      var fields = tm()
      gmtime_r(&seconds, &fields)
      return Int(fields.tm_mday)
    }
  }

  private final class Heap {
    private var heap = DueHeap<Int>()
    private var next = 0

    init() {
      for key in 0..<100_000 { heap.set(key, due: Timestamp(microseconds: Int64(key.hashValue & 0xFFFF_FFFF))) }
    }

    func set(_ moment: Timestamp) -> Int {
      next = (next + 7919) % 100_000
      heap.set(next, due: Timestamp(microseconds: moment.microseconds &* 31 & 0xFFFF_FFFF))
      return heap.count
    }
  }

  /// The clock is read once for ten calls, so that it is not what is measured.
  private func report(_ row: String, _ call: (Timestamp) -> Int) {
    var samples: [Double] = []
    var moment: Int64 = 1_770_000_000_000_000
    var sum = 0
    let clock = ContinuousClock()
    for _ in 0..<Self.calls / 10 {
      let start = clock.now
      for _ in 0..<10 {
        // A good part of a day on, so that seasons and changes of clocks all have their share.
        moment += 40_961_003_017
        if moment > 2_000_000_000_000_000 { moment -= 230_000_000_000_000 }
        sum &+= call(Timestamp(microseconds: moment))
      }
      let (seconds, attoseconds) = (clock.now - start).components
      samples.append((Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / 10)
    }
    samples.sort()
    print(row, samples[samples.count / 2], samples[samples.count * 99 / 100], sum & 1, separator: "\t")
  }
}
