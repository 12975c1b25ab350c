/// When something is to run, as it stands in a `hook.yaml`: `{every: 10s}`, `{cron: "30 2 * * *", zone: Europe/Berlin}`
/// or `{at: 2026-12-24T18:00:00Z}`, each perhaps with `jitter`, `start` and `end`.
///
/// It is what was written. `Timetable` of Schedules is made of it, and finds what is wrong with an expression or a moment.
public struct ScheduleRule: Hashable, Sendable {
  /// The intervals that `every` may have.
  public static let intervals: ClosedRange<Duration> = .seconds(1)...(.seconds(3650 * 86_400))
  /// The jitter that a schedule may have.
  public static let jitters: ClosedRange<Duration> = .milliseconds(1)...(.seconds(86_400))
  /// The longest cron expression, in bytes of UTF-8.
  public static let longestExpression = 512
  /// The moments that schedules are reckoned with: the years 1 to 9999, but for their first and last day.
  public static let moments =
    Timestamp(microseconds: -62_135_510_400_000_000)...Timestamp(microseconds: 253_402_214_400_000_000)
  /// The members that it is read from.
  public static let keys = ["every", "align", "cron", "at", "zone", "jitter", "start", "end"]

  public var timing: ScheduleTiming
  /// A name in the IANA's database; `nil` for UTC. Times are shown in it. It decides what `cron` and a local `at` mean,
  /// and changes nothing of an interval, which is elapsed time.
  public var zone: String?
  /// The most by which a run is put off; see `ScheduleSlot` of Schedules.
  public var jitter: Duration?
  /// No slot is earlier.
  public var start: Timestamp?
  /// All slots are earlier.
  public var end: Timestamp?

  public init(
    _ timing: ScheduleTiming, zone: String? = nil, jitter: Duration? = nil, start: Timestamp? = nil,
    end: Timestamp? = nil
  ) {
    self.timing = timing
    self.zone = zone
    self.jitter = jitter
    self.start = start
    self.end = end
  }
}
