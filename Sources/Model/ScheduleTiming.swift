/// The three kinds of schedules.
public enum ScheduleTiming: Hashable, Sendable {
  /// In an interval of elapsed time, within `ScheduleRule.intervals` and of whole milliseconds.
  case every(Duration, align: IntervalAnchor)
  /// By what clocks show: see `CronExpression` of Schedules.
  case cron(String)
  /// Once: an RFC 3339 time, or one without an offset, which is local time in the schedule's zone.
  case at(String)
}
